// The `pre_stop` hook of the database: a copy taken while it still answers.
import { writeFileSync } from 'node:fs';

const response = await fetch(`${process.env.DATABASE_URL ?? 'http://127.0.0.1:5433'}/`);
if (!response.ok) throw new Error(`the database answered ${response.status}`);
writeFileSync(process.env.BACKUP_FILE ?? 'backup.json', await response.text());
