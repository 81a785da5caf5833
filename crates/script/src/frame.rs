//! Frames: a length of four bytes (little endian) and that many bytes of JSON. Both sides refuse a
//! longer frame than the limit before they reserve memory for it.

use crate::limits::FRAME_BYTES_MAX;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt};

const HEADER: usize = 4;

/// The bytes of one frame, header included.
pub(crate) fn encode(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut frame = Vec::with_capacity(1024);
    frame.extend_from_slice(&[0; HEADER]);
    serde_json::to_writer(&mut frame, message).map_err(io::Error::other)?;
    let length = frame.len() - HEADER;
    check_length(length)?;
    let length = u32::try_from(length).map_err(io::Error::other)?;
    frame[..HEADER].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

/// The message in the body of a frame.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> io::Result<T> {
    serde_json::from_slice(body).map_err(io::Error::other)
}

/// Reads the body of the next frame; `None` when the other side has left between two frames.
pub(crate) fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; HEADER];
    let first = loop {
        match input.read(&mut header) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => break other?,
        }
    };
    if first == 0 {
        return Ok(None);
    }
    input.read_exact(&mut header[first..])?;
    let mut body = vec![0; length_of(header)?];
    input.read_exact(&mut body)?;
    Ok(Some(body))
}

/// Writes one message as a frame.
pub(crate) fn write(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    output.write_all(&encode(message)?)?;
    output.flush()
}

/// Reads the body of the next frame without blocking the thread.
pub(crate) async fn read_async(input: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut header = [0; HEADER];
    input.read_exact(&mut header).await?;
    let mut body = vec![0; length_of(header)?];
    input.read_exact(&mut body).await?;
    Ok(body)
}

fn length_of(header: [u8; HEADER]) -> io::Result<usize> {
    let length = usize::try_from(u32::from_le_bytes(header)).map_err(io::Error::other)?;
    check_length(length)?;
    Ok(length)
}

fn check_length(length: usize) -> io::Result<()> {
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("a frame of {length} bytes exceeds {FRAME_BYTES_MAX}"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_its_frame() {
        let frame = encode(&vec!["金额", "amount"]).expect("a small message");
        let body = read(&mut frame.as_slice()).expect("a whole frame").expect("one frame");
        let message: Vec<String> = decode(&body).expect("what was encoded");
        assert_eq!(message, ["金额", "amount"]);
    }

    #[test]
    fn the_end_between_frames_is_not_an_error_and_inside_one_is() {
        assert!(read(&mut [].as_slice()).expect("nothing").is_none());
        let frame = encode(&"hello").expect("a small message");
        assert!(read(&mut &frame[..frame.len() - 1]).is_err());
        assert!(read(&mut &frame[..2]).is_err());
    }

    #[test]
    fn a_frame_that_claims_to_be_huge_is_refused_before_memory_is_reserved() {
        let frame = u32::MAX.to_le_bytes();
        let error = read(&mut frame.as_slice()).expect_err("too long");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
