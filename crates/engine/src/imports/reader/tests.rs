//! The reader on files of every kind, real ones among them where they are beside the project.

use std::path::PathBuf;

use super::*;

fn rows(bytes: &[u8]) -> Result<Vec<Row>> {
    let content = Content::Bytes(bytes.into());
    let survey = survey(&content, None, None)?;
    let mut reader = Reader::open(&content, survey.form)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next()? {
        rows.push(row);
    }
    assert_eq!(rows.len() as u64, survey.rows + 1);
    Ok(rows)
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    rows(bytes).unwrap().into_iter().map(|row| row.cells).collect()
}

fn reason(bytes: &[u8]) -> String {
    rows(bytes).unwrap_err().to_string()
}

/// A data set beside the project; tests say that they skip it where it is not.
fn shared(name: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn quotes_protect_delimiters_line_breaks_and_quotes() {
    let read = cells(b"a,b\r\n\"x, \"\"y\"\"\",\"1\r\n2\"\r\n");
    assert_eq!(read, [["a", "b"], ["x, \"y\"", "1\n2"]]);
}

#[test]
fn every_row_keeps_its_line_whatever_ends_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("a,b{end}{end}1,\"x{end}y\"{end}2,z{end}{end}");
        let lines: Vec<u64> = rows(text.as_bytes()).unwrap().iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 3, 5], "{end:?}");
    }
}

#[test]
fn a_carriage_return_within_quotes_swallows_no_line_feed_after_them() {
    assert_eq!(cells(b"a,b\n\"x\r\",\n2,3\n"), [["a", "b"], ["x\n", ""], ["2", "3"]]);
}

#[test]
fn the_delimiter_is_the_one_that_cuts_rows_alike() {
    assert_eq!(cells(b"a;b\n1,5;2\n")[1], ["1,5", "2"]);
    assert_eq!(cells(b"a\tb\n1,5\t2\n")[1], ["1,5", "2"]);
    assert_eq!(cells(b"name\nAda, Countess\n")[1], ["Ada", " Countess"]);
    assert_eq!(cells(b"\"a;b\",c\n\"1;2\",3\n")[1], ["1;2", "3"]);
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_line() {
    assert!(reason(b"a,b\n1,\"x\n2,y\n").contains("line 2: a quote is never closed"));
    assert!(reason(b"a,b\n1,2\n\"x\" y,3\n").contains("line 3: text follows a closing quote"));
    assert!(reason(b"").contains("no rows"));
    assert!(reason(b" \n,,\n").contains("no rows"));
}

#[test]
fn a_named_encoding_is_believed_and_checked() {
    let content = Content::Bytes(b"name;city\nM\xfcller;K\xf6ln\n".as_slice().into());
    assert!(survey(&content, None, None).is_err());
    let form = survey(&content, Some(encoding_rs::WINDOWS_1252), None).unwrap().form;
    let mut reader = Reader::open(&content, form).unwrap();
    reader.next().unwrap();
    assert_eq!(reader.next().unwrap().unwrap().cells, ["Müller", "Köln"]);
    assert!(survey(&content, Some(encoding_rs::UTF_8), None).is_err());
}

#[test]
fn the_spectrum_of_csv_files_reads_as_its_json_says() {
    let Some(folder) = shared("messy-csv/csv-spectrum") else { return };
    for entry in std::fs::read_dir(folder.join("csvs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let expected = std::fs::read(folder.join("json").join(format!("{name}.json"))).unwrap();
        let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
        // A file with one row is described by that row itself.
        let expected = match expected {
            serde_json::Value::Array(rows) => rows,
            row => vec![row],
        };
        let read = cells(&std::fs::read(&path).unwrap());
        let (header, rows) = read.split_first().unwrap();
        assert_eq!(rows.len(), expected.len(), "{name}");
        for (row, expected) in rows.iter().zip(&expected) {
            // Of two columns with one name, JSON keeps the last.
            let row: std::collections::HashMap<_, _> = header.iter().zip(row).collect();
            for (column, cell) in row {
                // Here the data set contradicts itself.
                if (name.as_str(), column.as_str())
                    == ("location_coordinates", "Contact Phone Number")
                {
                    continue;
                }
                let wanted = expected[column].as_str().unwrap().replace("\r\n", "\n");
                assert_eq!(*cell, wanted, "{name}: {column}");
            }
        }
    }
}

#[test]
fn one_table_in_five_encodings_gives_the_same_rows() {
    let Some(folder) = shared("messy-csv/encodings") else { return };
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let table = cells(&std::fs::read(entry.unwrap().path()).unwrap());
        assert_eq!(table.len(), 501);
        tables.push(table);
    }
    assert_eq!(tables.len(), 5);
    assert!(tables.windows(2).all(|pair| pair[0] == pair[1]));
    let labels: Vec<&str> = tables[0][1..].iter().map(|row| row[0].as_str()).collect();
    let of = |label: &str| labels.iter().filter(|own| **own == label).count();
    assert_eq!((of("1"), of("0")), (250, 250), "{:?}", &tables[0][..2]);
}

#[test]
fn files_of_other_systems_are_read_or_refused_with_a_reason() {
    let Some(folder) = shared("messy-csv/agate") else { return };
    let read = |name: &str| rows(&std::fs::read(folder.join(name)).unwrap());
    for name in ["test_cr.csv", "test_crlf.csv", "test_utf16_big.csv", "test_utf16_little.csv"] {
        assert!(read(name).unwrap().len() > 1, "{name}");
    }
    let latin = read("test_latin1.csv").unwrap_err().to_string();
    assert!(latin.contains("encoding"), "{latin}");
}
