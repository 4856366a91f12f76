export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands messages to a mail server. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}
