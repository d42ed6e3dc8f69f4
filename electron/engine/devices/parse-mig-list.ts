/** A MIG instance as `nvidia-smi -L` lists it. */
export interface MigInstance {
  /** `MIG-<uuid>` since driver 470, `MIG-GPU-<uuid of the card>/<gi>/<ci>` before. */
  uuid: string;
  /** `1g.10gb`, `1c.3g.40gb`, `1g.10gb+me`, … */
  profile: string;
  cardIndex: number;
}

/**
 * Reads `nvidia-smi -L`: a line per card, and below it an indented one per MIG instance (`  MIG 1g.10gb Device  0:
 * (UUID: MIG-…)`; the spaces before the number differ between drivers). Other lines are skipped.
 */
export function parseMigList(text: string): MigInstance[] {
  const instances: MigInstance[] = [];
  let cardIndex: number | null = null;
  for (const line of text.split('\n')) {
    const card = /^GPU (\d+):/.exec(line)?.[1];
    if (card !== undefined) cardIndex = Number(card);
    const mig = /^\s+MIG\s+(\S+)\s+Device\s+\d+:\s+\(UUID:\s+(MIG-[^)\s]+)\)/.exec(line);
    const [, profile, uuid] = mig ?? [];
    if (cardIndex !== null && profile !== undefined && uuid !== undefined) instances.push({ uuid, profile, cardIndex });
  }
  return instances;
}
