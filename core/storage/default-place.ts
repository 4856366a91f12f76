/** Where everything belongs until somebody makes more: present in every database. */
export const DEFAULT_ORGANIZATION = '00000000-0000-4000-8000-000000000001';
export const DEFAULT_WORKSPACE = '00000000-0000-4000-8000-000000000002';
