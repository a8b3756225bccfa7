/*
 * Which versions of VEGA can read which data: docs/how-to/upgrading.md. SQLite's worker loads this file, so it imports nothing.
 */

/** Number of the data format that this version writes. Data without a mark have format 1. */
export const DATA_FORMAT = 2;

/** Lowest data format of a version that reads, writes and backs up data of this version without loss. */
export const MIN_READER = 2;

/** Data format of the newest release. `npm run generate` records its fingerprints no more; each release sets it. */
export const RELEASED_FORMAT = 1;

/** The marks that data carry, in a database, a backup and a snapshot. */
export interface DataFormat {
  /** Data format of the newest version that has written here. */
  readonly written_by: number;
  /** Lowest data format of a version that may read this. */
  readonly min_reader: number;
}

export const UNMARKED: DataFormat = { written_by: 1, min_reader: 1 };
const PRESENT: DataFormat = { written_by: DATA_FORMAT, min_reader: MIN_READER };

/** Marks only ever rise: an older replica beside a newer one must not take them back. */
export const raised = (one: DataFormat, other: DataFormat = PRESENT): DataFormat => ({
  written_by: Math.max(one.written_by, other.written_by),
  min_reader: Math.max(one.min_reader, other.min_reader),
});

export const isTooNew = ({ min_reader }: DataFormat): boolean => min_reader > DATA_FORMAT;

/** Whether a version with this data format has written here, and older ones that would lose its data no longer can. */
export const isWrittenHere = ({ written_by, min_reader }: DataFormat): boolean =>
  written_by >= DATA_FORMAT && min_reader >= MIN_READER;

/** Why data that are too new are refused, after what they are: "the database", "it". */
export const tooNewReason = ({ written_by, min_reader }: DataFormat): string =>
  `was written with data format ${written_by} and needs a version of VEGA with data format ${min_reader} or newer; ` +
  `this version has ${DATA_FORMAT}`;
