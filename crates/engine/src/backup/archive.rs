//! The file of a backup: a line that says what it is, a gzip stream of JSON lines, and a seal.
//!
//! ```text
//! {"tessera_archive":1,"created_at":…,"workspace":{…}}      readable without unpacking
//! gzip of  {"people":[…]}
//!          {"table":…,"columns":[[name,kind],…],"key":[…]}  then one line per row: […]
//!          {"end":{"rows":…}}
//! sha256:…                                                  of everything before this line
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use model::{Code, Error, Label, Result};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::{SnapshotChunk, SnapshotColumn, SnapshotTable};

use super::values;

/// The form that this program writes, and the newest that it reads.
pub(super) const FORMAT: u64 = 1;

/// Bytes of the seal's line.
const SEAL: u64 = 72;
/// Bytes of the first line.
const HEAD_MAX: u64 = 64 * 1024;
/// Bytes of one row.
const LINE_MAX: u64 = 512 * 1024 * 1024;
/// Rows that are handed on together.
const ROWS: usize = 1_000;

/// An archive that cannot be restored, and why.
pub(super) fn invalid(en: &str, zh: &str) -> Error {
    let fault = model::Fault::new("", Code::ArchiveInvalid);
    fault.with_label("reason", &Label::new(en, zh)).into()
}

/// A disk that does not do what it should.
pub(super) fn broken(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull => Error::new(Code::StorageFull).caused_by(error),
        // The path is the operator's own, and the message says what is wrong with it.
        _ => invalid(&error.to_string(), &error.to_string()),
    }
}

fn damaged() -> Error {
    invalid("its content is damaged", "内容已损坏")
}

/// Counts and hashes what passes.
struct Sealing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// An archive that is being written, beside its place; it takes it when it is whole.
pub(super) struct Writer {
    place: PathBuf,
    part: PathBuf,
    out: Option<GzEncoder<Sealing<BufWriter<File>>>>,
    table: Option<Arc<SnapshotTable>>,
    rows: u64,
}

/// What was written.
pub(super) struct Written {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Writer {
    pub(super) fn create(place: &Path, head: &Json) -> Result<Writer> {
        let name =
            place.file_name().ok_or_else(|| invalid("the path names no file", "路径不是文件"))?;
        let mut part = name.to_owned();
        part.push(".part");
        let part = place.with_file_name(part);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // It holds everything that the workspace holds.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part).map_err(broken)?;
        let mut sealing = Sealing { inner: BufWriter::new(file), hash: Sha256::new(), bytes: 0 };
        writeln!(sealing, "{head}").map_err(broken)?;
        let out = Some(GzEncoder::new(sealing, Compression::fast()));
        Ok(Writer { place: place.to_owned(), part, out, table: None, rows: 0 })
    }

    fn line(&mut self, line: &Json) -> Result<()> {
        match &mut self.out {
            Some(out) => writeln!(out, "{line}").map_err(broken),
            None => Err(Error::internal("an archive is written to after its end")),
        }
    }

    pub(super) fn people(&mut self, people: &[Json]) -> Result<()> {
        self.line(&json!({"people": people}))
    }

    pub(super) fn chunk(&mut self, chunk: &SnapshotChunk) -> Result<()> {
        if self.table.as_ref().is_none_or(|table| table.name != chunk.table.name) {
            let column = |of: &SnapshotColumn| json!([of.name, values::kind_name(of.kind)]);
            let columns: Vec<Json> = chunk.table.columns.iter().map(column).collect();
            let (table, key) = (&chunk.table.name, &chunk.table.key);
            self.line(&json!({"table": table, "columns": columns, "key": key}))?;
            self.table = Some(chunk.table.clone());
        }
        for row in &chunk.rows {
            self.line(&row.iter().map(values::to_json).collect())?;
            self.rows += 1;
        }
        Ok(())
    }

    /// Seals the archive and puts it in its place.
    pub(super) fn finish(mut self) -> Result<Written> {
        let rows = self.rows;
        self.line(&json!({"end": {"rows": rows}}))?;
        let out = self.out.take().ok_or_else(damaged)?;
        let sealing = out.finish().map_err(broken)?;
        let sha256 = hex(&sealing.hash.finalize());
        let mut inner = sealing.inner;
        writeln!(inner, "sha256:{sha256}").map_err(broken)?;
        let file = inner.into_inner().map_err(|error| broken(error.into_error()))?;
        file.sync_all().map_err(broken)?;
        fs::rename(&self.part, &self.place).map_err(broken)?;
        // The name must be on the disk too, before anyone relies on the archive.
        if let Some(folder) = self.place.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(broken)?;
        }
        Ok(Written { rows, bytes: sealing.bytes + SEAL, sha256 })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // After `finish` there is none; a part that cannot be removed is overwritten next time.
        let _ = fs::remove_file(&self.part);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An archive whose seal is whole.
#[derive(Debug, Clone)]
pub(super) struct Archive {
    path: PathBuf,
    /// Its first line.
    pub(super) head: Json,
    /// Where the packed part begins, and its length.
    body: (u64, u64),
}

impl Archive {
    /// Opens an archive and checks its seal. Errors: no archive, a newer form, cut off, changed.
    pub(super) fn open(path: &Path) -> Result<Archive> {
        let mut file = BufReader::new(File::open(path).map_err(broken)?);
        let mut line = Vec::new();
        (&mut file).take(HEAD_MAX).read_until(b'\n', &mut line).map_err(broken)?;
        let unknown = || invalid("it is not a Tessera archive", "不是 Tessera 备份文件");
        let head: Json = serde_json::from_slice(&line).map_err(|_| unknown())?;
        let format = head["tessera_archive"].as_u64().ok_or_else(unknown)?;
        if format > FORMAT {
            return Err(invalid(
                "a newer version of Tessera has written it",
                "由更高版本的 Tessera 生成",
            ));
        }
        let begin = line.len() as u64;
        let length = file.get_ref().metadata().map_err(broken)?.len();
        let end = length.checked_sub(SEAL).filter(|end| *end > begin);
        let cut = || invalid("it is cut off or was changed", "文件不完整或已被改动");
        let end = end.ok_or_else(cut)?;

        file.seek(SeekFrom::Start(0)).map_err(broken)?;
        let mut hash = Sha256::new();
        let mut rest = (&mut file).take(end);
        loop {
            let piece = rest.fill_buf().map_err(broken)?;
            if piece.is_empty() {
                break;
            }
            hash.update(piece);
            let read = piece.len();
            rest.consume(read);
        }
        let mut seal = String::new();
        file.read_to_string(&mut seal).map_err(|_| cut())?;
        if seal != format!("sha256:{}\n", hex(&hash.finalize())) {
            return Err(cut());
        }
        Ok(Archive { path: path.to_owned(), head, body: (begin, end - begin) })
    }

    /// What the archive holds, from the beginning.
    pub(super) fn pieces(&self) -> Result<Pieces> {
        let mut file = File::open(&self.path).map_err(broken)?;
        file.seek(SeekFrom::Start(self.body.0)).map_err(broken)?;
        let body = GzDecoder::new(BufReader::new(file.take(self.body.1)));
        let lines = BufReader::with_capacity(256 * 1024, body);
        Ok(Pieces { lines, table: None, rows: 0, next: None, ended: false })
    }
}

/// A part of an archive.
pub(super) enum Piece {
    /// Who belongs to the workspace.
    People(Vec<Json>),
    /// Rows of a table.
    Chunk(SnapshotChunk),
}

/// The parts of an archive, one after the other.
pub(super) struct Pieces {
    lines: BufReader<GzDecoder<BufReader<io::Take<File>>>>,
    table: Option<Arc<SnapshotTable>>,
    rows: u64,
    /// A line that was read and belongs to the next part.
    next: Option<Json>,
    ended: bool,
}

impl Pieces {
    /// The next part; `None` at the end. Errors: a line that is not as it should be, no end, or
    /// something behind it.
    pub(super) fn next(&mut self) -> Result<Option<Piece>> {
        let mut rows = Vec::new();
        while rows.len() < ROWS {
            let Some(line) = self.line()? else { break };
            match line {
                Json::Array(cells) => rows.push(self.row(cells)?),
                Json::Object(_) if !rows.is_empty() => {
                    self.next = Some(line);
                    break;
                }
                Json::Object(mut object) => {
                    if let Some(Json::Array(people)) = object.remove("people") {
                        return Ok(Some(Piece::People(people)));
                    }
                    if let Some(end) = object.get("end") {
                        return self.end(end);
                    }
                    self.table = Some(Arc::new(table(&object).ok_or_else(damaged)?));
                }
                _ => return Err(damaged()),
            }
        }
        match (&self.table, rows.is_empty()) {
            (Some(table), false) => {
                Ok(Some(Piece::Chunk(SnapshotChunk { table: table.clone(), rows })))
            }
            _ if self.ended => Ok(None),
            _ => Err(damaged()),
        }
    }

    fn row(&mut self, cells: Vec<Json>) -> Result<Vec<store::Datum>> {
        let table = self.table.as_ref().ok_or_else(damaged)?;
        if cells.len() != table.columns.len() {
            return Err(damaged());
        }
        self.rows += 1;
        let pairs = table.columns.iter().zip(cells);
        let read = pairs.map(|(column, cell)| values::from_json(column.kind, cell));
        read.collect::<Option<Vec<_>>>().ok_or_else(damaged)
    }

    fn end(&mut self, end: &Json) -> Result<Option<Piece>> {
        self.ended = true;
        let whole = end["rows"].as_u64() == Some(self.rows) && self.line()?.is_none();
        if whole { Ok(None) } else { Err(damaged()) }
    }

    fn line(&mut self) -> Result<Option<Json>> {
        if let Some(line) = self.next.take() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let mut lines = (&mut self.lines).take(LINE_MAX);
        match lines.read_until(b'\n', &mut line) {
            Ok(0) => Ok(None),
            Ok(_) => serde_json::from_slice(&line).map(Some).map_err(|_| damaged()),
            Err(_) => Err(damaged()),
        }
    }
}

fn table(object: &serde_json::Map<String, Json>) -> Option<SnapshotTable> {
    let column = |of: &Json| {
        let (name, kind) = (of.get(0)?.as_str()?, values::kind_of(of.get(1)?.as_str()?)?);
        Some(SnapshotColumn { name: name.into(), kind })
    };
    let place = |place: &Json| place.as_u64().map(|place| place as usize);
    Some(SnapshotTable {
        name: object.get("table")?.as_str()?.into(),
        columns: object.get("columns")?.as_array()?.iter().map(column).collect::<Option<_>>()?,
        key: object.get("key")?.as_array()?.iter().map(place).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests;
