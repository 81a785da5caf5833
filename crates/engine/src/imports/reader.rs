//! Reads delimited files: every row with the line that it begins on, quotes as RFC 4180 has them,
//! line breaks of every system. What is not well-formed is refused with its line, never repaired.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use encoding_rs::Encoding;
use model::{Fault, Result};

use super::text::{self, Text, TextFault, unreadable};

/// The delimiters that are recognised, in the order in which they are preferred.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at to find the delimiter.
const SAMPLE: usize = 100;
/// Bytes of one cell; a longer one means that a quote was never closed.
const CELL_MAX: usize = 1024 * 1024;
/// Columns of a file.
const COLUMNS_MAX: usize = 2_000;

/// Where a file's bytes come from; they are read more than once.
#[derive(Debug, Clone)]
pub enum Content {
    /// From memory.
    Bytes(Arc<[u8]>),
    /// From a file on disk.
    File(PathBuf),
}

impl Content {
    fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Content::Bytes(bytes) => Box::new(std::io::Cursor::new(Arc::clone(bytes))),
            Content::File(path) => Box::new(File::open(path)?),
        })
    }
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The line that it begins on, from 1.
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// How a file is read, found out or asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) encoding: &'static Encoding,
    pub(super) delimiter: u8,
}

/// What a file is, after it was read once from end to end.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    pub(super) form: Form,
    /// The names of its columns.
    pub(super) header: Vec<String>,
    /// How many rows it has.
    pub(super) rows: u64,
}

/// Reads a file once to learn what it is, and to refuse one that is not well-formed before
/// anything is done with it.
pub(super) fn survey(
    content: &Content,
    encoding: Option<&'static Encoding>,
    delimiter: Option<u8>,
) -> Result<Survey> {
    let encoding = match encoding {
        Some(encoding) => encoding,
        None => text::detect(&|| content.open())?,
    };
    let delimiter = match delimiter {
        Some(delimiter) => delimiter,
        None => find_delimiter(content, encoding)?,
    };
    let form = Form { encoding, delimiter };
    let mut reader = Reader::open(content, form)?;
    let header = reader.next()?.ok_or_else(|| unreadable("it has no rows", "文件为空"))?;
    if header.cells.len() > COLUMNS_MAX {
        return Err(unreadable("it has too many columns", "列数过多").into());
    }
    let mut rows = 0;
    while reader.next()?.is_some() {
        rows += 1;
    }
    let header = header.cells.iter().map(|cell| cell.trim().to_owned()).collect();
    Ok(Survey { form, header, rows })
}

/// The delimiter that cuts most rows into as many cells as the first, of those that cut the first
/// at all; between equals, the one that makes more columns.
fn find_delimiter(content: &Content, encoding: &'static Encoding) -> Result<u8> {
    let mut best = (0, 0, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        let mut reader = Reader::open(content, Form { encoding, delimiter })?;
        let mut widths = Vec::new();
        // A wrong delimiter finds faults where there are none; the survey reports the real ones.
        while widths.len() < SAMPLE
            && let Ok(Some(row)) = reader.next()
        {
            widths.push(row.cells.len());
        }
        let Some(first) = widths.first().copied().filter(|first| *first > 1) else { continue };
        let alike = widths.iter().filter(|width| **width == first).count();
        if (alike, first) > (best.0, best.1) {
            best = (alike, first, delimiter);
        }
    }
    Ok(best.2)
}

/// The rows of a file, one after the other.
pub(super) struct Reader {
    text: Text,
    delimiter: u8,
    piece: String,
    at: usize,
    ended: bool,
    /// The line that the next character is on.
    line: u64,
    /// Whether the last character was a carriage return, whose line feed is not another line.
    after_return: bool,
}

/// What ended a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Cell,
    Row,
    File,
}

impl Reader {
    /// Starts at the header.
    pub(super) fn open(content: &Content, form: Form) -> Result<Reader> {
        let input = content.open().map_err(|error| text::broken(&error))?;
        Ok(Reader {
            text: Text::new(input, form.encoding),
            delimiter: form.delimiter,
            piece: String::new(),
            at: 0,
            ended: false,
            line: 1,
            after_return: false,
        })
    }

    /// The next row that is not blank; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>> {
        loop {
            let mut row = Row { line: self.line, cells: Vec::new() };
            let end = loop {
                let (cell, end) = self.cell(&row)?;
                row.cells.push(cell);
                if row.cells.len() > COLUMNS_MAX {
                    return Err(fault(row.line, "too many cells", "单元格过多"));
                }
                if end != End::Cell {
                    break end;
                }
            };
            match (row.is_blank(), end) {
                (false, _) => return Ok(Some(row)),
                (true, End::File) => return Ok(None),
                (true, _) => {}
            }
        }
    }

    /// Reads one cell.
    fn cell(&mut self, row: &Row) -> Result<(String, End)> {
        let mut cell = String::new();
        self.skip_line_feed()?;
        if self.peek()? == Some(b'"') {
            self.at += 1;
            self.quoted(&mut cell)?;
            return match self.take_end()? {
                Some(end) => Ok((cell, end)),
                None => Err(fault(self.line, "text follows a closing quote", "引号后有多余内容")),
            };
        }
        loop {
            let delimiter = self.delimiter;
            self.take_until(&mut cell, |byte| byte == delimiter || byte == b'\n' || byte == b'\r')?;
            if let Some(end) = self.take_end()? {
                return Ok((cell, end));
            }
            if cell.len() > CELL_MAX {
                return Err(fault(row.line, "a cell is too long", "单元格内容过长"));
            }
        }
    }

    /// Reads to the closing quote; two quotes are one.
    fn quoted(&mut self, cell: &mut String) -> Result<()> {
        let begun = self.line;
        let open = || fault(begun, "a quote is never closed", "引号没有闭合");
        loop {
            self.take_until(cell, |byte| matches!(byte, b'"' | b'\n' | b'\r'))?;
            if cell.len() > CELL_MAX {
                return Err(open());
            }
            match self.peek()? {
                None => return Err(open()),
                Some(b'"') => {
                    (self.at, self.after_return) = (self.at + 1, false);
                    if self.peek()? != Some(b'"') {
                        return Ok(());
                    }
                    self.at += 1;
                    cell.push('"');
                }
                Some(byte) => {
                    if let Some(end) = self.line_break(byte) {
                        cell.push(end);
                    }
                }
            }
        }
    }

    /// Counts a line break inside a cell; a line feed after a carriage return is the same one.
    fn line_break(&mut self, byte: u8) -> Option<char> {
        if !matches!(byte, b'\n' | b'\r') {
            self.after_return = false;
            return None;
        }
        self.at += 1;
        let same = byte == b'\n' && self.after_return;
        self.after_return = byte == b'\r';
        self.line += u64::from(!same);
        (!same).then_some('\n')
    }

    /// Takes what may stand after a cell: a delimiter, a line break, the end.
    fn take_end(&mut self) -> Result<Option<End>> {
        Ok(match self.peek()? {
            None => Some(End::File),
            Some(byte) if byte == self.delimiter => {
                self.at += 1;
                Some(End::Cell)
            }
            Some(byte @ (b'\n' | b'\r')) => {
                self.after_return = false;
                self.line_break(byte);
                Some(End::Row)
            }
            Some(_) => None,
        })
    }

    /// The second half of the line break that ended the row before.
    fn skip_line_feed(&mut self) -> Result<()> {
        if std::mem::take(&mut self.after_return) && self.peek()? == Some(b'\n') {
            self.at += 1;
        }
        Ok(())
    }

    /// Appends what comes before the first byte that stops, as far as it has been read.
    fn take_until(&mut self, cell: &mut String, stops: impl Fn(u8) -> bool) -> Result<()> {
        if self.peek()?.is_none() {
            return Ok(());
        }
        let rest = &self.piece[self.at..];
        let end = rest.bytes().position(stops).unwrap_or(rest.len());
        if end > 0 {
            self.after_return = false;
        }
        cell.push_str(&rest[..end]);
        self.at += end;
        Ok(())
    }

    /// The next byte, read if necessary; `None` at the end. All bytes that matter are ASCII, so
    /// that cuts never fall inside a character.
    fn peek(&mut self) -> Result<Option<u8>> {
        if self.at == self.piece.len() && !self.ended {
            self.at = 0;
            self.ended = match self.text.next(&mut self.piece) {
                Ok(more) => !more,
                Err(TextFault::Io(error)) => return Err(text::broken(&error).into()),
                Err(TextFault::Malformed) => {
                    return Err(fault(self.line, "the encoding is not right", "编码不正确"));
                }
            };
        }
        Ok(self.piece.as_bytes().get(self.at).copied())
    }
}

/// A fault with its line.
fn fault(line: u64, en: &str, zh: &str) -> model::Error {
    let fault: Fault = unreadable(&format!("line {line}: {en}"), &format!("第 {line} 行：{zh}"));
    fault.into()
}

#[cfg(test)]
mod tests;
