//! Exports: the records of a view as CSV, page by page, so that their number does not matter.
//!
//! What is written is what the reader may see, by the same questions as every list.

use std::sync::Arc;

use futures_util::{Stream, stream};
use model::document::{Capability, DocumentKind, ViewDocument};
use model::filter::Filter;
use model::query::{Query, Sort};
use model::{Code, Error, Field, Language, Result, Storage, Value};
use store::{Column, Condition, Hop, Page, Select};

use crate::access::{EntityAccess, Reader};
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;
use crate::records::Question;
use crate::spreadsheet::{write_cell, write_plain};
use crate::workspace::Workspace;

/// Records that are read and written at a time.
const AT_ONCE: u32 = 1_000;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// For programs: machine names for fields and options, ids for links, no byte order mark.
    /// Else for people: labels, and the titles of linked records.
    pub raw: bool,
}

/// The records of a view (`opportunity.open`) with its filter, order and columns, or of an entity
/// (`opportunity`) with every field that may be seen, as pieces of a CSV file. Errors: without the
/// capability, and for a view or an entity that the actor cannot see.
pub async fn csv(
    context: &Context,
    what: &str,
    style: Style,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + use<>> {
    context.access().require(Capability::Export)?;
    let export = Arc::new(Export::new(context, what, style)?);
    let begin = Some(Page::Start);
    Ok(stream::try_unfold((begin, true), move |(page, first)| {
        let export = Arc::clone(&export);
        async move {
            let Some(page) = page else { return Ok::<_, Error>(None) };
            let mut piece = Vec::with_capacity(64 * 1024);
            if first {
                export.write_head(&mut piece);
            }
            let next = export.write_page(page, &mut piece).await?;
            Ok(Some((piece, (next, false))))
        }
    }))
}

/// An export that was asked for.
struct Export {
    workspace: Arc<Workspace>,
    language: Language,
    style: Style,
    columns: Vec<Shown>,
    /// The question, but for where the page starts.
    select: Select,
}

/// A column of an export.
struct Shown {
    head: String,
    /// The field whose value is shown.
    field: Arc<Field>,
    /// Its place in the row.
    at: usize,
    /// The mark that says whether a row shows it.
    mark: Option<usize>,
    /// Of a link: where the id stands that is shown when the title is not.
    id: Option<usize>,
}

impl Export {
    fn new(context: &Context, what: &str, style: Style) -> Result<Export> {
        let (access, query, paths) = asked(context, what)?;
        let reader = Reader { access: &context.access };
        let question = Question::new(context, access, &reader, &query)?;
        let mut export = Export {
            workspace: context.workspace().clone(),
            language: context.language(),
            style,
            columns: Vec::new(),
            select: Select {
                table: access.table(),
                columns: Vec::new(),
                marks: Vec::new(),
                filter: question.filter,
                order: question.order,
                page: Page::Start,
                limit: AT_ONCE,
            },
        };
        for path in paths {
            // A column that the reader may not see is not there.
            if let Some(walked) = Walked::new(context, access, &path) {
                export.add(context, walked, &path);
            }
        }
        Ok(export)
    }

    /// Adds the column at the end of a path; a link shows the title behind it.
    fn add(&mut self, context: &Context, walked: Walked<'_>, path: &str) {
        let head = match self.style.raw {
            true => path.to_owned(),
            false => walked.label(self.language),
        };
        let own = self.read(walked.column());
        let mark = self.mark(walked.condition());
        let titled = (!self.style.raw).then(|| walked.title(context)).flatten();
        let Some(title) = titled else {
            let field = walked.field.clone();
            self.columns.push(Shown { head, field, at: own, mark, id: None });
            return;
        };
        let at = self.read(title.column());
        let mark = self.mark(title.condition());
        self.columns.push(Shown { head, field: title.field.clone(), at, mark, id: Some(own) });
    }

    fn read(&mut self, column: Column) -> usize {
        let known = self.select.columns.iter().position(|known| *known == column);
        known.unwrap_or_else(|| {
            self.select.columns.push(column);
            self.select.columns.len() - 1
        })
    }

    fn mark(&mut self, condition: Condition) -> Option<usize> {
        if condition == Condition::True {
            return None;
        }
        let known = self.select.marks.iter().position(|known| *known == condition);
        Some(known.unwrap_or_else(|| {
            self.select.marks.push(condition);
            self.select.marks.len() - 1
        }))
    }

    fn write_head(&self, out: &mut Vec<u8>) {
        if !self.style.raw {
            // With a mark, spreadsheets read the file as UTF-8.
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        for (index, shown) in self.columns.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_cell(&shown.head, out);
        }
        out.extend_from_slice(b"\r\n");
    }

    /// Writes the records of a page; answers where the next one starts.
    async fn write_page(&self, page: Page, out: &mut Vec<u8>) -> Result<Option<Page>> {
        let select = Select { page, ..self.select.clone() };
        let found = self.workspace.store().select(&select).await.map_err(from_store)?;
        for row in &found.rows {
            for (index, shown) in self.columns.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self.write(row, shown, out);
            }
            out.extend_from_slice(b"\r\n");
        }
        Ok(found.next.map(Page::After))
    }

    fn write(&self, row: &[Value], shown: &Shown, out: &mut Vec<u8>) {
        let marks = self.select.columns.len();
        let visible = shown.mark.is_none_or(|mark| row[marks + mark] == Value::Bool(true));
        match (visible, shown.id) {
            (true, None) => self.write_value(&shown.field, &row[shown.at], out),
            (true, Some(id)) if !row[id].is_null() => {
                self.write_value(&shown.field, &row[shown.at], out);
            }
            // Whoever may see the link but not the record behind it sees which one it is.
            (false, Some(id)) => {
                if let Some(id) = row[id].as_id() {
                    write_plain(&id.to_string(), out);
                }
            }
            _ => {}
        }
    }

    fn write_value(&self, field: &Field, value: &Value, out: &mut Vec<u8>) {
        let text = match field.kind.options().filter(|_| self.style.raw) {
            Some(options) if !value.is_null() => options.name_of(value).to_owned(),
            _ => field.text(value, self.language),
        };
        match field.kind.storage() {
            // Only text can be a formula; a number with a sign is a number.
            Storage::Text | Storage::Json => write_cell(&text, out),
            _ => write_plain(&text, out),
        }
    }
}

/// What is exported: of which entity, which records in which order, and the paths of the columns.
fn asked<'a>(
    context: &'a Context,
    what: &str,
) -> Result<(&'a Arc<EntityAccess>, Query, Vec<String>)> {
    if !what.contains('.') {
        let access = context.access.readable(what)?;
        return Ok((access, Query::default(), all(access)));
    }
    let unknown = || Error::new(Code::DocumentUnknown).with("kind", "view").with("name", what);
    let document = context.catalogue().document(DocumentKind::View, what).ok_or_else(unknown)?;
    let view: ViewDocument = document.read().map_err(Error::faults)?;
    let access = context.access.readable(&view.entity).map_err(|_| unknown())?;
    let query = Query {
        filter: view.filter.as_ref().map(Filter::parse).transpose()?,
        sort: view.sort.iter().map(|sort| Sort::parse(sort)).collect(),
        ..Query::default()
    };
    let columns: Vec<String> = view.columns.into_iter().map(|column| column.field).collect();
    let columns = if columns.is_empty() { all(access) } else { columns };
    Ok((access, query, columns))
}

/// Every field that may be seen, those that its builder declared first.
fn all(access: &EntityAccess) -> Vec<String> {
    let (built_in, declared): (Vec<_>, Vec<_>) =
        access.visible_fields().partition(|field| field.built_in);
    declared.into_iter().chain(built_in).map(|field| field.name.clone()).collect()
}

/// A field at the end of some links, with the rights on every step.
struct Walked<'a> {
    access: &'a EntityAccess,
    links: Vec<(&'a EntityAccess, Arc<Field>)>,
    field: Arc<Field>,
}

impl<'a> Walked<'a> {
    /// Walks a path such as `account.city`; nothing where the reader may not see a step.
    fn new(context: &'a Context, start: &'a EntityAccess, path: &str) -> Option<Walked<'a>> {
        let (mut access, mut links) = (start, Vec::new());
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let field = access.entity.field(name).filter(|field| access.sees(field))?.clone();
            if names.peek().is_none() {
                return Some(Walked { access, links, field });
            }
            let target = context.access.readable(&field.kind.link()?.to).ok()?;
            links.push((access, field));
            access = target;
        }
        None
    }

    /// The title of the record behind a link; nothing where the reader may see none.
    fn title(&self, context: &'a Context) -> Option<Walked<'a>> {
        let target: &EntityAccess = context.access.readable(&self.field.kind.link()?.to).ok()?;
        let field = target.entity.title.clone();
        if !target.sees(&field) {
            return None;
        }
        let mut links = self.links.clone();
        links.push((self.access, self.field.clone()));
        Some(Walked { access: target, links, field })
    }

    fn label(&self, language: Language) -> String {
        let links = self.links.iter().map(|(_, link)| link.label.text(language));
        links.chain([self.field.label.text(language)]).collect::<Vec<_>>().join(" / ")
    }

    fn column(&self) -> Column {
        let hop = |(at, (_, link)): (usize, &(&EntityAccess, Arc<Field>))| {
            let next = self.links.get(at + 1).map_or(self.access, |(access, _)| access);
            Hop { column: Arc::from(link.id.as_str()), table: next.table() }
        };
        let path = self.links.iter().enumerate().map(hop).collect();
        compile::column(&self.field).through(path)
    }

    /// What must hold of a record for it to show the field: each step may be seen on its row.
    fn condition(&self) -> Condition {
        let reached = !self.links.is_empty();
        let mut condition = seen(self.access, &self.field, reached);
        let mut table = self.access.table();
        for (at, (access, link)) in self.links.iter().enumerate().rev() {
            if condition != Condition::True {
                let column = compile::column(link);
                condition = Condition::Linked { column, table, condition: Box::new(condition) };
            }
            condition = seen(access, link, at > 0).and(condition);
            table = access.table();
        }
        condition
    }
}

/// Which rows show a field; of rows that were reached through a link, also which may be seen.
fn seen(access: &EntityAccess, field: &Field, reached: bool) -> Condition {
    match reached || access.differs_by_row(field) {
        true => compile::condition(&access.rows_of_field(field)),
        false => Condition::True,
    }
}
