//! Bytes of a file as text: which encoding they are in, and how they are decoded piece by piece.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use model::{Code, Fault, Label, Result};

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// The fault of a file that cannot be read.
pub(super) fn unreadable(en: &str, zh: &str) -> Fault {
    Fault::new("content", Code::ImportUnreadable).with_label("reason", &Label::new(en, zh))
}

/// The fault of a disk that does not give the file.
pub(super) fn broken(error: &std::io::Error) -> Fault {
    unreadable(&error.to_string(), &error.to_string())
}

/// Finds out which encoding a file is in: by its byte order mark, by the zeros of UTF-16, else
/// UTF-8 where the whole file is that, else GB18030 where the whole file is that and looks like
/// Chinese. Anything else is not guessed.
pub(super) fn detect(
    open: &dyn Fn() -> std::io::Result<Box<dyn Read + Send>>,
) -> Result<&'static Encoding> {
    let opened = || open().map_err(|error| broken(&error));
    let mut head = Vec::with_capacity(PIECE);
    opened()?.take(PIECE as u64).read_to_end(&mut head).map_err(|error| broken(&error))?;
    if let Some((encoding, _)) = Encoding::for_bom(&head) {
        return Ok(encoding);
    }
    if head.contains(&0) {
        return wide(&head)
            .ok_or_else(|| unreadable("it is not a text file", "不是文本文件").into());
    }
    if decodes(opened()?, UTF_8)? {
        return Ok(UTF_8);
    }
    if looks_chinese(opened()?)? && decodes(opened()?, GB18030)? {
        return Ok(GB18030);
    }
    Err(unreadable(
        "its encoding is neither UTF-8, UTF-16 nor GB18030; name it as \"encoding\"",
        "编码不是 UTF-8、UTF-16 或 GB18030，请用 \"encoding\" 指明",
    )
    .into())
}

/// Which UTF-16 it is without a mark: delimiters, digits and line breaks have a zero before or
/// after them.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let common =
        |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t' | b',' | b';' | b'"' | b'0'..=b'9');
    let pairs = || head.chunks_exact(2);
    let big = pairs().filter(|pair| pair[0] == 0 && common(pair[1])).count();
    let little = pairs().filter(|pair| pair[1] == 0 && common(pair[0])).count();
    match big.cmp(&little) {
        std::cmp::Ordering::Greater => Some(UTF_16BE),
        std::cmp::Ordering::Less => Some(UTF_16LE),
        std::cmp::Ordering::Equal => None,
    }
}

/// Whether every byte of a file belongs to a character of an encoding.
fn decodes(input: Box<dyn Read + Send>, encoding: &'static Encoding) -> Result<bool> {
    let mut text = Text::new(input, encoding);
    let mut piece = String::new();
    loop {
        match text.next(&mut piece) {
            Ok(true) => {}
            Ok(false) => return Ok(true),
            Err(TextFault::Malformed) => return Ok(false),
            Err(TextFault::Io(error)) => return Err(broken(&error).into()),
        }
    }
}

/// Whether the bytes beyond ASCII come in the pairs of common Chinese. In texts of Europe they
/// stand alone between letters, which GB18030 would take for rare characters.
fn looks_chinese(mut input: Box<dyn Read + Send>) -> Result<bool> {
    let (mut common, mut rare, mut lead) = (0_u64, 0_u64, None::<u8>);
    let mut buffer = vec![0; PIECE];
    loop {
        let read = input.read(&mut buffer).map_err(|error| broken(&error))?;
        if read == 0 {
            return Ok(common >= rare * 3);
        }
        for byte in &buffer[..read] {
            lead = match lead {
                None => (*byte >= 0x80).then_some(*byte),
                Some(first) => {
                    let usual = (0xA1..=0xF7).contains(&first) && *byte >= 0xA1;
                    *(if usual { &mut common } else { &mut rare }) += 1;
                    None
                }
            };
        }
    }
}

/// Why no more text comes.
#[derive(Debug)]
pub(super) enum TextFault {
    /// Bytes that are no character of the encoding.
    Malformed,
    /// The file cannot be read.
    Io(std::io::Error),
}

/// The text of a file, piece by piece.
pub(super) struct Text {
    input: Box<dyn Read + Send>,
    decoder: Decoder,
    bytes: Vec<u8>,
    begin: usize,
    end: usize,
    ended: bool,
}

impl Text {
    /// Starts before the first byte; a byte order mark is not text.
    pub(super) fn new(input: Box<dyn Read + Send>, encoding: &'static Encoding) -> Text {
        let decoder = encoding.new_decoder_with_bom_removal();
        Text { input, decoder, bytes: vec![0; PIECE], begin: 0, end: 0, ended: false }
    }

    /// Puts the next piece into `piece`; `false` at the end.
    pub(super) fn next(&mut self, piece: &mut String) -> std::result::Result<bool, TextFault> {
        piece.clear();
        piece.reserve(PIECE * 3);
        while piece.is_empty() {
            if self.begin == self.end {
                if self.ended {
                    return Ok(false);
                }
                (self.begin, self.end) =
                    (0, self.input.read(&mut self.bytes).map_err(TextFault::Io)?);
                self.ended = self.end == 0;
            }
            let bytes = &self.bytes[self.begin..self.end];
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(bytes, piece, self.ended);
            self.begin += read;
            if let DecoderResult::Malformed(..) = result {
                return Err(TextFault::Malformed);
            }
            if self.ended && result == DecoderResult::InputEmpty && piece.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8]) -> impl Fn() -> std::io::Result<Box<dyn Read + Send>> {
        let bytes = bytes.to_vec();
        move || Ok(Box::new(std::io::Cursor::new(bytes.clone())) as Box<dyn Read + Send>)
    }

    fn detected(bytes: &[u8]) -> Option<&'static str> {
        detect(&open(bytes)).ok().map(Encoding::name)
    }

    #[test]
    fn an_encoding_is_known_by_its_bytes() {
        assert_eq!(detected(b"a,b\n1,2\n"), Some("UTF-8"));
        assert_eq!(detected("客户,城市\n张三,北京\n".as_bytes()), Some("UTF-8"));
        assert_eq!(detected(&GB18030.encode("客户,城市\n张三,北京\n").0), Some("gb18030"));
        let big: Vec<u8> = "客户,一\n1,二\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(detected(&big), Some("UTF-16BE"));
        let little: Vec<u8> = "a\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(detected(&little), Some("UTF-16LE"));
    }

    #[test]
    fn a_text_of_europe_is_not_taken_for_chinese() {
        assert_eq!(detected(b"name\nCaf\xe9 Ol\xe9\nM\xfcller\n"), None);
        assert_eq!(detected(b"\0\0\0\0"), None);
    }

    #[test]
    fn characters_that_two_pieces_share_stay_whole() {
        let long = "长".repeat(PIECE);
        let mut text = Text::new(open(long.as_bytes())().unwrap(), UTF_8);
        let (mut all, mut piece) = (String::new(), String::new());
        while text.next(&mut piece).unwrap() {
            all.push_str(&piece);
        }
        assert!(all == long);
    }

    #[test]
    fn half_a_character_at_the_end_is_malformed() {
        let mut text = Text::new(open(&[b'a', 0xE5, 0xAE])().unwrap(), UTF_8);
        let mut piece = String::new();
        assert!(text.next(&mut piece).unwrap());
        assert!(matches!(text.next(&mut piece), Err(TextFault::Malformed)));
    }
}
