import { definePlugin } from '@backplane/sdk';
import { emailErrors } from './errors.ts';
import { parseEmail } from './parse-email.ts';
import { sendEmailSmtp } from './send-email-smtp.ts';

export default definePlugin({ id: 'email', contributes: [sendEmailSmtp, parseEmail], errors: emailErrors });
