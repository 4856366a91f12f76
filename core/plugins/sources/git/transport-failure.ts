import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { GitHome } from './git-home.ts';
import type { GitSourceSetting } from './source-config.ts';

/**
 * Why git could not speak with the server. Its text only chooses the words here, it never decides whether something is let in.
 * Nothing of what the server itself wrote is passed on but one cleaned line.
 */
export function transportFailure(
  { id: source, url, auth }: GitSourceSetting,
  home: GitHome,
  stderr: string,
): BackplaneError {
  const { text, host, user } = url;
  const own = stderr.split('\n').filter((line) => !/^(?:debug\d|remote):/.test(line));
  const said = own.join('\n');
  if (/Host key verification failed|host key is known/i.test(said)) {
    const [, type = 'unknown', fingerprint = 'without fingerprint'] =
      /^debug1: Server host key: (\S+) (SHA256:\S+)/m.exec(stderr) ?? [];
    const changed = /IDENTIFICATION HAS CHANGED/.test(said);
    const problem = changed ? 'is not the one in `knownHosts`' : '`knownHosts` does not have';
    return raise.GIT_HOST_KEY_REFUSED({ source, host, type, fingerprint, problem });
  }
  if (/no matching host key type/i.test(said)) {
    const problem = 'is of a type that is no longer used (ed25519, ecdsa and rsa with SHA-2 are)';
    return raise.GIT_HOST_KEY_REFUSED({ source, host, type: 'outdated', fingerprint: '', problem });
  }
  if (
    home.key !== undefined &&
    /Permission denied|Too many authentication failures|disconnected.*no authentication/i.test(said)
  )
    return raise.GIT_SSH_KEY_REFUSED({ source, host, user, ...home.key });
  if (/error: 30\d|redirect/i.test(said)) return raise.GIT_REDIRECT_REFUSED({ source, url: text });
  if (/could not read Username|Authentication failed|error: 40[13]/i.test(said)) {
    const credential =
      auth.token !== undefined ? 'the token' : auth.basic !== undefined ? 'user and password' : undefined;
    const how = credential === undefined ? 'it wants a login, and `auth` has none' : `it does not take ${credential}`;
    return raise.GIT_LOGIN_REFUSED({ source, host, how });
  }
  if (
    /repository .*not found|does not appear to be a git repository|not found: did you run|error: 404|project you were looking for/i.test(
      `${said}\n${stderr}`,
    )
  )
    return raise.GIT_REPOSITORY_NOT_FOUND({ source, url: text });
  if (
    /fsck error|index-pack failed|invalid index-pack|unpack-objects|inflate|bad pack|object of unexpected type|pack has|corrupt|missing blob|did not receive expected object|remote did not send all/i.test(
      said,
    )
  )
    return raise.GIT_REPOSITORY_BROKEN({ source, problem: lastLine(own, home) });
  return raise.GIT_UNREACHABLE({ source, url: text, problem: lastLine(own, home) });
}

/** The line that tells most: the last one that git marked, without control characters, secrets and length. */
function lastLine(lines: readonly string[], home: GitHome): string {
  const marked = lines.filter((line) => /^(?:fatal|error|ssh):/.test(line));
  const line = (marked[0] ?? lines.findLast((text) => text.trim() !== '') ?? 'no reason given').replace(
    /^(?:fatal|error): /,
    '',
  );
  return home
    .redact(line.replaceAll(/\p{Cc}/gu, ' '))
    .trim()
    .slice(0, 300)
    .replace(/[.:]+$/, '');
}
