const SECRET_NAME = /secret|token|passw|passphrase|credential|private|api_?key|access_?key|auth|cookie|(^|_)(key|pass|pwd|pat|dsn)(_|$)/i;
// PWD is a folder, and a socket or a file of a secret is no secret.
const HARMLESS = /^(OLD)?PWD$|_(sock|file|path|dir|url_template)$|^XAUTHORITY$/i;
const MASK = '***';

/** Whether a variable's value should not be shown, judged by its name. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS.test(name);
}

/** The variables with secrets, and passwords inside URLs, replaced by `***`. */
export function maskEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, isSecretName(name) && value !== '' ? MASK : maskUrlPasswords(value)]),
  );
}

/** The text with each of these values replaced by `***`. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

function maskUrlPasswords(value: string): string {
  return value.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${MASK}@`);
}
