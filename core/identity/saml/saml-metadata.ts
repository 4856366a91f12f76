import { escapeXml } from './saml-messages.ts';
import { NS, POST_BINDING, REDIRECT_BINDING } from './saml-names.ts';

export interface OwnMetadata {
  readonly entityId: string;
  readonly acsUrl: string;
  /** Absent: we neither ask nor are asked to sign out. */
  readonly signOutUrl?: string | undefined;
  /** PEM. The first signs and is encrypted for; the others are there so that they can be exchanged. */
  readonly certificates: readonly string[];
}

/** What we can open, best first. */
const ENCRYPTION = [
  `${NS.encryption11}aes256-gcm`,
  `${NS.encryption11}aes128-gcm`,
  `${NS.encryption}rsa-oaep-mgf1p`,
  `${NS.encryption11}rsa-oaep`,
];

/** What an identity provider wants to know of us. */
export function ownMetadata({ entityId, acsUrl, signOutUrl, certificates }: OwnMetadata): string {
  const keys = [
    ...certificates.map((pem) => keyDescriptor('signing', pem, '')),
    ...certificates
      .slice(0, 1)
      .map((pem) =>
        keyDescriptor('encryption', pem, ENCRYPTION.map((name) => `<EncryptionMethod Algorithm="${name}"/>`).join('')),
      ),
  ];
  const signOut =
    signOutUrl === undefined
      ? []
      : [REDIRECT_BINDING, POST_BINDING].map(
          (binding) => `<SingleLogoutService Binding="${binding}" Location="${escapeXml(signOutUrl)}"/>`,
        );
  return `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="${NS.metadata}" entityID="${escapeXml(entityId)}">
  <SPSSODescriptor AuthnRequestsSigned="${certificates.length > 0}" WantAssertionsSigned="true" protocolSupportEnumeration="${NS.protocol}">
${[...keys, ...signOut].map((line) => `    ${line}\n`).join('')}    <AssertionConsumerService Binding="${POST_BINDING}" Location="${escapeXml(acsUrl)}" index="0" isDefault="true"/>
  </SPSSODescriptor>
</EntityDescriptor>
`;
}

function keyDescriptor(use: 'signing' | 'encryption', pem: string, more: string): string {
  const base64 = pem.replace(/-----[^-]+-----|\s+/g, '');
  return `<KeyDescriptor use="${use}"><KeyInfo xmlns="${NS.signature}"><X509Data><X509Certificate>${base64}</X509Certificate></X509Data></KeyInfo>${more}</KeyDescriptor>`;
}
