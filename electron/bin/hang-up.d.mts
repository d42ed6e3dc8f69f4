export const HANG_UP_VARIABLE: string;
export function ignoresHangUp(env: Readonly<Record<string, string | undefined>>): boolean;
