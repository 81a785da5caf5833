//! Every limit of what customers may describe or send, each with its reason.

/// Length of a machine name: with suffix and companion ending it stays below PostgreSQL's 63 bytes.
pub const NAME_LENGTH_MAX: usize = 40;
/// Active fields of one entity: both databases allow more columns, people do not read more.
pub const FIELDS_MAX: usize = 500;
/// Entities of one workspace.
pub const ENTITIES_MAX: usize = 1_000;
/// Options of one select or stage field: more belong in an entity of their own.
pub const OPTIONS_MAX: usize = 500;
/// Depth of a filter tree; SQLite's expression depth is bounded too.
pub const FILTER_DEPTH_MAX: usize = 16;
/// Leaves of a filter tree.
pub const FILTER_LEAVES_MAX: usize = 200;
/// Values of one `in` list, summed up to stay below the 5,000 binds of a statement.
pub const FILTER_VALUES_MAX: usize = 500;
/// Links that a field path may walk.
pub const PATH_HOPS_MAX: usize = 3;
/// Fields to sort by.
pub const SORT_FIELDS_MAX: usize = 5;
/// Records of one page.
pub const PAGE_SIZE_MAX: u32 = 200;
/// Records of a page when nothing is asked.
pub const PAGE_SIZE_DEFAULT: u32 = 50;
/// Rows that an offset may skip: the grid's scroll bar reaches ten million rows.
pub const OFFSET_MAX: u64 = 10_000_000;
/// Writes of one batch: bounds the time that one request holds the writer.
pub const BATCH_SIZE_MAX: usize = 1_000;
/// Groups that an aggregate answers.
pub const GROUPS_MAX: u32 = 1_000;
/// Fields to group by.
pub const GROUP_FIELDS_MAX: usize = 3;
/// Measures of one aggregate.
pub const MEASURES_MAX: usize = 20;
/// Links that one query expands.
pub const EXPANDS_MAX: usize = 10;
/// Related records shown for an expanded inverse.
pub const EXPANDED_RECORDS_MAX: u32 = 50;
/// Depth of JSON input.
pub const JSON_DEPTH_MAX: usize = 64;
/// Bytes of one document.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024;
/// Operations of one changeset.
pub const CHANGESET_OPERATIONS_MAX: usize = 500;
/// Characters of a line of text.
pub const LINE_LENGTH_MAX: usize = 1_000;
/// Characters of a line of text when the field does not say.
pub const LINE_LENGTH_DEFAULT: usize = 255;
/// Characters of a long text.
pub const LONG_TEXT_LENGTH_MAX: usize = 100_000;
/// Bytes of a script's source.
pub const SCRIPT_BYTES_MAX: usize = 64 * 1024;
/// Characters of the key that text is compared and sorted by.
pub const TEXT_KEY_LENGTH: usize = 64;
/// Largest whole number that every client reads exactly: 2^53 − 1.
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;
/// How far in the future a client-made id may lie, in milliseconds.
pub const ID_FUTURE_MS_MAX: i64 = 5 * 60 * 1000;
/// Faults reported for one request; the rest would not be read.
pub const FAULTS_MAX: usize = 50;
