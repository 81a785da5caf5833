//! Reading the files of an app as documents.

use crate::document::Document;
use crate::error::{Code, Error, Result};

/// A package: an app and the documents that it brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// The app's name.
    pub app: String,
    /// Its version.
    pub version: String,
    /// The apps that it builds on.
    pub depends: Vec<String>,
    /// Its documents in the order of their kinds, ready for [`crate::changeset::Changeset::of_documents`].
    pub documents: Vec<Document>,
}

/// Reads the files of one app folder, with paths relative to it: `app.json`,
/// `<entity>/entity.json`, …. Faults have the path of the file and then the path within it.
pub fn read(files: &[(String, Vec<u8>)]) -> Result<Package> {
    let _ = files;
    Err(Error::new(Code::PackageInvalid))
}
