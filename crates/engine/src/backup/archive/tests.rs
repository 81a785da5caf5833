//! Archives that are whole, and every way in which one may not be.

use model::{Storage, Value};
use store::{Datum, Kind};

use super::*;

fn chunk(table: &str, numbers: std::ops::Range<i64>) -> SnapshotChunk {
    let column = |name: &str, kind| SnapshotColumn { name: name.into(), kind };
    let columns = vec![
        column("number", Kind::Value(Storage::Integer)),
        column("name", Kind::Value(Storage::Text)),
    ];
    let row = |number| {
        let name = Value::Text(format!("row {number}"));
        vec![Datum::Value(Value::Int(number)), Datum::Value(name)]
    };
    let table = Arc::new(SnapshotTable { name: table.into(), columns, key: vec![0] });
    SnapshotChunk { table, rows: numbers.map(row).collect() }
}

fn write(path: &Path, format: u64) -> Written {
    let head = json!({"tessera_archive": format});
    let mut writer = Writer::create(path, &head).unwrap();
    writer.people(&[json!({"email": "a@example.com"})]).unwrap();
    for part in [chunk("a", 0..700), chunk("a", 700..1500), chunk("b", 0..1)] {
        writer.chunk(&part).unwrap();
    }
    writer.finish().unwrap()
}

fn reason(path: &Path) -> String {
    Archive::open(path).unwrap_err().to_string()
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.archive");
    let written = write(&path, FORMAT);
    assert_eq!(written.rows, 1501);
    assert_eq!(written.bytes, fs::metadata(&path).unwrap().len());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no part is left");

    let archive = Archive::open(&path).unwrap();
    let mut pieces = archive.pieces().unwrap();
    let mut read: Vec<(String, usize)> = Vec::new();
    while let Some(piece) = pieces.next().unwrap() {
        match piece {
            Piece::People(people) => assert_eq!(people.len(), 1),
            Piece::Chunk(chunk) => read.push((chunk.table.name.to_string(), chunk.rows.len())),
        }
    }
    let expected = [("a", 1000), ("a", 500), ("b", 1)];
    assert_eq!(read, expected.map(|(name, rows)| (name.to_owned(), rows)));
}

#[test]
fn an_archive_that_is_not_finished_takes_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.archive");
    let mut writer = Writer::create(&path, &json!({"tessera_archive": 1})).unwrap();
    writer.chunk(&chunk("a", 0..10)).unwrap();
    drop(writer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_archive_that_was_cut_off_or_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.archive");
    write(&path, FORMAT);
    let whole = fs::read(&path).unwrap();
    for length in [0, 10, 30, whole.len() / 2, whole.len() - 72, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(Archive::open(&path).is_err(), "cut to {length} bytes");
    }
    for at in [1, 25, 40, whole.len() / 2, whole.len() - 60, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert!(Archive::open(&path).is_err(), "changed at {at}");
    }
    let mut longer = whole.clone();
    longer.push(b'\n');
    fs::write(&path, &longer).unwrap();
    assert!(Archive::open(&path).is_err());
    fs::write(&path, &whole).unwrap();
    assert!(Archive::open(&path).is_ok());
}

#[test]
fn a_newer_form_and_other_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.archive");
    write(&path, FORMAT + 1);
    assert!(reason(&path).contains("newer version"), "{}", reason(&path));
    fs::write(&path, b"PK\x03\x04 something else").unwrap();
    assert!(reason(&path).contains("not a Tessera archive"));
    fs::write(&path, b"{\"a\":1}\n").unwrap();
    assert!(reason(&path).contains("not a Tessera archive"));
    assert!(Archive::open(&folder.path().join("absent")).is_err());
}

/// An archive with a good seal over lines of one's own.
fn forged(path: &Path, lines: &[&str]) -> Archive {
    let mut sealing = Sealing { inner: Vec::new(), hash: Sha256::new(), bytes: 0 };
    writeln!(sealing, "{}", json!({"tessera_archive": 1})).unwrap();
    let mut packed = GzEncoder::new(sealing, Compression::fast());
    lines.iter().for_each(|line| writeln!(packed, "{line}").unwrap());
    let mut sealing = packed.finish().unwrap();
    let seal = hex(&sealing.hash.clone().finalize());
    writeln!(sealing.inner, "sha256:{seal}").unwrap();
    fs::write(path, &sealing.inner).unwrap();
    Archive::open(path).unwrap()
}

#[test]
fn a_good_seal_does_not_excuse_a_wrong_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.archive");
    let table = r#"{"table":"a","columns":[["n","integer"]],"key":[0]}"#;
    let wrong: [&[&str]; 7] = [
        &[table, "[1]"],
        &[table, "[1]", r#"{"end":{"rows":2}}"#],
        &[table, "[1]", r#"{"end":{"rows":1}}"#, "[2]"],
        &["[1]", r#"{"end":{"rows":1}}"#],
        &[table, r#"["x"]"#, r#"{"end":{"rows":1}}"#],
        &[table, "[1,2]", r#"{"end":{"rows":1}}"#],
        &[r#"{"table":"a","columns":[["n","number"]],"key":[0]}"#, r#"{"end":{"rows":0}}"#],
    ];
    for lines in wrong {
        let mut pieces = forged(&path, lines).pieces().unwrap();
        let refused = loop {
            match pieces.next() {
                Ok(Some(_)) => {}
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(refused, "{lines:?}");
    }
}
