/** A MIG instance as `nvidia-smi -L` lists it. */
export interface MigInstance {
  /** `MIG-<uuid>` since driver 470, `MIG-GPU-<uuid of the card>/<gi>/<ci>` before. */
  uuid: string;
  /** `1g.10gb`, `1c.3g.40gb`, `1g.10gb+me`, … */
  profile: string;
  cardIndex: number;
}

/** What `nvidia-smi -L` says. */
export interface MigList {
  instances: MigInstance[];
  /** Lines about an instance that cannot be read, or that stand below no card. */
  unreadable: string[];
}

/**
 * Reads `nvidia-smi -L`: a line per card, and below it an indented one per MIG instance (`  MIG 1g.10gb Device  0:
 * (UUID: MIG-…)`; the spaces before the number differ between drivers).
 */
export function parseMigList(text: string): MigList {
  const instances: MigInstance[] = [];
  const unreadable: string[] = [];
  let cardIndex: number | null = null;
  for (const line of text.split('\n')) {
    const card = /^GPU (\d+):/.exec(line)?.[1];
    if (card !== undefined) {
      cardIndex = Number(card);
      continue;
    }
    // A card whose line cannot be read has no instances of the card before it below.
    if (/^GPU\b/.test(line)) cardIndex = null;
    const mig = /^\s+MIG\s+(\S+)\s+Device\s+\d+:\s+\(UUID:\s+(MIG-[^)\s]+)\)/.exec(line);
    const [, profile, uuid] = mig ?? [];
    if (cardIndex !== null && profile !== undefined && uuid !== undefined) instances.push({ uuid, profile, cardIndex });
    else if (/\bMIG\b/i.test(line)) unreadable.push(line.trim());
  }
  return { instances, unreadable };
}
