/** Why a picture was not taken, in a sentence for the user. */
export class Refused extends Error {}

const CONNECTION: Readonly<Record<string, (host: string) => string>> = {
  ENOTFOUND: (host) => `There is no host of the name ${host}.`,
  EAI_AGAIN: (host) => `The name ${host} could not be looked up; is there a network?`,
  ECONNREFUSED: (host) => `${host} does not answer at that address.`,
  ECONNRESET: (host) => `${host} ended the connection.`,
  EPIPE: (host) => `${host} ended the connection.`,
  ETIMEDOUT: (host) => `${host} did not answer in time.`,
  EHOSTUNREACH: (host) => `${host} cannot be reached.`,
  ENETUNREACH: (host) => `${host} cannot be reached.`,
};

/** What went wrong between here and the host. */
export function failureText(error: unknown, host: string): string {
  if (error instanceof Refused) return error.message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = CONNECTION[code];
  if (known !== undefined) return known(host);
  if (code.startsWith('ERR_TLS') || /CERT|SSL/.test(code)) return `${host} has no certificate that can be trusted (${code}).`;
  return code.startsWith('HPE_') ? `${host} sent what is no answer of a web server.` : `The picture could not be fetched from ${host}: ${message}`;
}
