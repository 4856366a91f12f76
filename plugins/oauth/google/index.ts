import { definePlugin } from '@backplane/sdk';
import { google } from './google.ts';
import { googleCalendar } from './google-calendar.ts';
import { googleDocs } from './google-docs.ts';
import { googleDrive } from './google-drive.ts';
import { googleGmail } from './google-gmail.ts';
import { googleSheets } from './google-sheets.ts';

export default definePlugin({
  id: 'oauth-google',
  contributes: [google, googleGmail, googleDrive, googleCalendar, googleSheets, googleDocs],
});
