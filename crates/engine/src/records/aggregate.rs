//! Numbers about records: counts, sums and the like, by group.

use std::sync::Arc;

use model::filter::{Bound, Names};
use model::query::{Aggregate, MeasureFunction};
use model::time::{self, Unit};
use model::{Code, Fault, Field, Result, Storage, Value, decimal};
use serde_json::{Map, Value as Json, json};
use store::{AggregateColumn, AggregateOrder, Bucket, Function, Period};

use super::list::filter;
use crate::access::Reader;
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// Answers an aggregate: `{"groups": [{"group": {field: value}, "measures": [value…]}…]}`.
pub async fn aggregate(context: &Context, entity: &str, asked: &Aggregate) -> Result<Json> {
    let access = context.access.readable(entity)?;
    let reader = Reader { access: &context.access };
    let mut bound = filter(context, access, &reader, asked.filter.as_ref())?;
    let mut named = |name: &str, at: &str| -> Result<Arc<Field>> {
        let field = reader.known_field(&access.entity, name, at)?;
        bound = std::mem::take(&mut bound).and(reader.guard(&access.entity, Some(&field)));
        Ok(field)
    };
    let mut groups = Vec::with_capacity(asked.group.len());
    for (index, group) in asked.group.iter().enumerate() {
        let at = format!("group/{index}");
        let field = named(&group.field, &at)?;
        check_group(&field, group.bucket, &at)?;
        groups.push((field, group.bucket));
    }
    let mut measures = Vec::with_capacity(asked.measures.len());
    for (index, measure) in asked.measures.iter().enumerate() {
        let at = format!("measures/{index}/field");
        let field = measure.field.as_deref().map(|name| named(name, &at)).transpose()?;
        check_measure(measure.function, field.as_deref(), &at)?;
        measures.push((measure.function, field));
    }
    let mut question = store::Aggregate {
        table: access.table(),
        filter: store::Condition::True,
        group: Vec::new(),
        measures: measures.iter().map(|(function, field)| measure(*function, field)).collect(),
        order: orders(asked)?,
        limit: asked.limit,
    };
    let mut ranges = Vec::new();
    for (field, bucket) in &groups {
        let bucket = match (bucket, field.kind.storage()) {
            (Some(unit), Storage::Instant) => {
                let starts = instant_starts(context, &bound, access, field, *unit).await?;
                ranges.push(Some(starts.clone()));
                let at = |day: &i32| time::start_of_day(*day, context.zone());
                Some(Bucket::Ranges(starts.iter().map(at).collect()))
            }
            (Some(unit), _) => {
                ranges.push(None);
                Some(Bucket::Date(period(*unit)))
            }
            (None, _) => {
                ranges.push(None);
                None
            }
        };
        question.group.push(store::Group { column: compile::column(field), bucket });
    }
    question.filter = compile::condition(&bound);
    let found = context.workspace.store.aggregate(&question).await.map_err(from_store)?;
    let show = |row: &Vec<Value>| show_row(row, &groups, &ranges, &measures);
    Ok(json!({"groups": found.rows.iter().map(show).collect::<Vec<_>>()}))
}

fn unfit(field: &Field, at: &str) -> Result<()> {
    Err(Fault::new(at, Code::FieldNotUsable).with_label("field", &field.label).into())
}

fn check_group(field: &Field, bucket: Option<Unit>, at: &str) -> Result<()> {
    let storage = field.kind.storage();
    let dated = matches!(storage, Storage::Date | Storage::Instant);
    let compared = field.kind.operators().contains(&model::filter::Op::Eq);
    let long = storage == Storage::Text && !compared;
    if storage == Storage::Json || long || (bucket.is_some() && !dated) {
        return unfit(field, at);
    }
    Ok(())
}

fn check_measure(function: MeasureFunction, field: Option<&Field>, at: &str) -> Result<()> {
    let Some(field) = field else { return Ok(()) };
    let storage = field.kind.storage();
    let fits = match function {
        MeasureFunction::Count => true,
        MeasureFunction::CountDistinct => storage != Storage::Json,
        MeasureFunction::Sum | MeasureFunction::Average => field.kind.scale().is_some(),
        MeasureFunction::Min | MeasureFunction::Max => {
            matches!(storage, Storage::Integer | Storage::Date | Storage::Instant)
        }
    };
    if fits { Ok(()) } else { unfit(field, at) }
}

fn measure(function: MeasureFunction, field: &Option<Arc<Field>>) -> store::Measure {
    let function = match function {
        MeasureFunction::Count => Function::Count,
        MeasureFunction::CountDistinct => Function::CountDistinct,
        MeasureFunction::Sum => Function::Sum,
        MeasureFunction::Average => Function::Average,
        MeasureFunction::Min => Function::Min,
        MeasureFunction::Max => Function::Max,
    };
    store::Measure { function, column: field.as_deref().map(compile::column) }
}

fn period(unit: Unit) -> Period {
    match unit {
        Unit::Day => Period::Day,
        Unit::Week => Period::Week,
        Unit::Month => Period::Month,
        Unit::Quarter => Period::Quarter,
        Unit::Year => Period::Year,
    }
}

/// The order of groups: `measure.0` or the name of a grouped field.
fn orders(asked: &Aggregate) -> Result<Vec<AggregateOrder>> {
    let mut orders = Vec::with_capacity(asked.sort.len());
    for (index, sort) in asked.sort.iter().enumerate() {
        let measure = sort.field.strip_prefix("measure.").and_then(|at| at.parse::<usize>().ok());
        let group = asked.group.iter().position(|group| group.field == sort.field);
        let by = match (measure.filter(|at| *at < asked.measures.len()), group) {
            (Some(at), _) => AggregateColumn::Measure(at),
            (None, Some(at)) => AggregateColumn::Group(at),
            (None, None) => {
                let at = format!("sort/{index}");
                let fault = Fault::new(at, Code::FieldUnknown).with("field", &sort.field);
                return Err(fault.expected("a grouped field or measure.0").into());
            }
        };
        orders.push(AggregateOrder { by, descending: sort.descending });
    }
    Ok(orders)
}

/// The first days of all periods between the smallest and the largest instant, in the zone of the
/// workspace: the database compares instants, it knows no zones.
async fn instant_starts(
    context: &Context,
    bound: &Bound,
    access: &crate::access::EntityAccess,
    field: &Field,
    unit: Unit,
) -> Result<Vec<i32>> {
    let bound_of = |function| store::Measure { function, column: Some(compile::column(field)) };
    let question = store::Aggregate {
        table: access.table(),
        filter: compile::condition(bound),
        group: Vec::new(),
        measures: vec![bound_of(Function::Min), bound_of(Function::Max)],
        order: Vec::new(),
        limit: 1,
    };
    let found = context.workspace.store.aggregate(&question).await.map_err(from_store)?;
    let (first, last) = match found.rows.first().map(Vec::as_slice) {
        Some([Value::Instant(first), Value::Instant(last)]) => (*first, *last),
        _ => return Ok(Vec::new()),
    };
    let zone = context.zone();
    let (mut start, end) = (unit.start(time::day_of(first, zone)), time::day_of(last, zone));
    let mut starts = Vec::new();
    while start <= end {
        starts.push(start);
        if starts.len() > model::limits::GROUPS_MAX as usize {
            let fault = Fault::new("group", Code::FieldNotUsable).with_label("field", &field.label);
            return Err(fault.expected("a longer calendar unit").into());
        }
        start = unit.step(start, 1);
    }
    Ok(starts)
}

fn show_row(
    row: &[Value],
    groups: &[(Arc<Field>, Option<Unit>)],
    ranges: &[Option<Vec<i32>>],
    measures: &[(MeasureFunction, Option<Arc<Field>>)],
) -> Json {
    let mut group = Map::new();
    for (((field, _), range), value) in groups.iter().zip(ranges).zip(row) {
        let shown = match (range, value) {
            // The number of starts that are not after the value; the last of them is its own.
            (Some(starts), Value::Int(count)) => {
                let start = usize::try_from(*count - 1).ok().and_then(|at| starts.get(at));
                start.map_or(Json::Null, |day| json!(time::format_date(*day)))
            }
            _ => field.show(value),
        };
        group.insert(field.name.clone(), shown);
    }
    let mut cells = row[groups.len()..].iter();
    let mut shown = Vec::with_capacity(measures.len());
    for (function, field) in measures {
        let value = cells.next().unwrap_or(&Value::Null);
        shown.push(match (function, field) {
            (MeasureFunction::Average, Some(field)) => {
                let count = cells.next().and_then(Value::as_int).unwrap_or(0);
                average(field, value, count)
            }
            (MeasureFunction::Count | MeasureFunction::CountDistinct, _) => json!(value.as_int()),
            (_, Some(field)) => field.show(value),
            (_, None) => json!(value.as_int()),
        });
    }
    json!({"group": group, "measures": shown})
}

/// The average, rounded once to the field's scale; of whole numbers to two places.
fn average(field: &Field, sum: &Value, count: i64) -> Json {
    let (Some(sum), Ok(count)) = (sum.as_int(), u64::try_from(count)) else { return Json::Null };
    let scale = field.kind.scale().unwrap_or(0);
    let (sum, scale) = match scale {
        0 => (i128::from(sum) * 100, 2),
        scale => (i128::from(sum), scale),
    };
    decimal::average(sum, count)
        .map_or(Json::Null, |units| json!(decimal::format_wide(units, scale)))
}
