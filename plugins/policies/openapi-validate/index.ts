import { definePlugin } from '@backplane/sdk';
import { openapiValidate } from './openapi-validate.ts';

export default definePlugin({ id: 'policy-openapi-validate', contributes: [openapiValidate] });
