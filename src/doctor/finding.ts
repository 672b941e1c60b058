/** One thing that was looked at. */
export interface Finding {
  /** `risk`: something will go wrong, or does; `note`: something could be better. */
  readonly level: 'good' | 'note' | 'risk';
  readonly subject: string;
  /** One sentence. */
  readonly text: string;
  /** The line that fixes it: a command, or text for the file. */
  readonly fix: string | null;
  /** As `file:line:col`. */
  readonly place: string | null;
}
