/** Key spaces of advisory locks: any numbers that other programs on the database do not use for the same. */
export const HOST_LOCKS = 720_311_503;
/** What hosts of versions that worked alone hold exclusively; ours hold it together. */
export const LONE_HOST_LOCK = 7_203_115_002;
