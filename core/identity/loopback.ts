/** True for names and addresses by which a machine reaches itself, as they stand in URLs. */
export const isLoopbackName = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);

/** True for the address of a socket whose other end is on this machine. */
export const isLoopbackAddress = (address: string) =>
  /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/.test(address);
