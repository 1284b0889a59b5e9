//! Listings of the catalogue: order, headings, text search, filter.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rusqlite::{Connection, params_from_iter, types::Value};

use super::{Result, Store, filter_sql, sql, text};
use crate::domain::{
    catalogue::{Arrange, ListRequest, Listing},
    filter::Filter,
    record::{Record, RecordId},
    text::fold,
    words::long_day,
};

impl Store {
    /// The pictures asked for, in order.
    ///
    /// The text is looked for as it stands, case and the writing of accents aside, in names, fields and paths. At 100,000
    /// pictures a scan of the folded text takes less than an index of trigrams would cost an
    /// import.
    pub fn listing(&self, request: &ListRequest) -> Result<Listing> {
        self.read(|db| match request.arrange {
            Arrange::Newest => ungrouped(db, request, "record DESC"),
            Arrange::Name => ungrouped(db, request, "name_key, record"),
            Arrange::Date => by_date(db, request, &self.zone),
            Arrange::Category => {
                let query = from_record("category", request, "category DESC, id DESC");
                grouped(db, query, "No category")
            }
            Arrange::Folder => {
                let query = from_shown("record, folder", request, "folder, name_key, record");
                grouped(db, query, "No folder")
            }
        })
    }

    /// At most `most` pictures indexed before another, the newest first: from page to page the whole
    /// catalogue, however large, without a list of it.
    pub fn page(&self, before: Option<RecordId>, most: usize) -> Result<Vec<Record>> {
        let before = before.map_or(i64::MAX, |id| id.0);
        let ids: Vec<RecordId> = self.read(|db| {
            db.prepare_cached(
                "SELECT record FROM shown WHERE record < ?1 ORDER BY record DESC LIMIT ?2",
            )?
            .query_map([before, sql::int(most)], |row| row.get(0).map(RecordId))?
            .collect()
        })?;
        self.records(&ids)
    }

    /// Categories in use with their pictures' count, by name.
    pub fn categories(&self) -> Result<Vec<(String, u64)>> {
        let mut categories = self.read(|db| {
            db.prepare_cached(
                "SELECT category, count(*) FROM record
                 WHERE removed IS NULL AND category <> '' GROUP BY category",
            )?
            .query_map([], |row| Ok((row.get(0)?, sql::count(row.get(1)?))))?
            .collect::<rusqlite::Result<Vec<(String, u64)>>>()
        })?;
        categories.sort_by_cached_key(|(name, _)| text::natural_key(name));
        Ok(categories)
    }

    /// The pictures that pass the filter, by id.
    pub fn matching(&self, filter: &Filter) -> Result<Vec<RecordId>> {
        let mut values = Vec::new();
        let mut query = String::from("SELECT id FROM record WHERE removed IS NULL AND (");
        filter_sql::condition(filter.expr(), &mut query, &mut values);
        query.push_str(") ORDER BY id");
        self.read(|db| {
            db.prepare_cached(&query)?
                .query_map(params_from_iter(values), |row| row.get(0).map(RecordId))?
                .collect()
        })
    }
}

/// A statement and the values to bind.
type Query = (String, Vec<Value>);

/// Selects from `shown`, whose indices give the order without reading the records.
fn from_shown(columns: &str, request: &ListRequest, order: &str) -> Query {
    let mut query = format!("SELECT {columns} FROM shown WHERE 1");
    let mut values = Vec::new();
    if let Some(text) = wanted_text(request) {
        query.push_str(" AND instr(text, ?) > 0");
        values.push(text);
    }
    if let Some(filter) = &request.filter {
        query.push_str(" AND record IN (SELECT id FROM record WHERE removed IS NULL AND (");
        filter_sql::condition(filter.expr(), &mut query, &mut values);
        query.push_str("))");
    }
    query.push_str(" ORDER BY ");
    query.push_str(order);
    (query, values)
}

/// Selects the id and a column of `record` that has an index of its own for the order.
fn from_record(column: &str, request: &ListRequest, order: &str) -> Query {
    let mut query = format!("SELECT id, {column} FROM record WHERE removed IS NULL");
    let mut values = Vec::new();
    if let Some(text) = wanted_text(request) {
        query.push_str(" AND id IN (SELECT record FROM shown WHERE instr(text, ?) > 0)");
        values.push(text);
    }
    if let Some(filter) = &request.filter {
        query.push_str(" AND (");
        filter_sql::condition(filter.expr(), &mut query, &mut values);
        query.push(')');
    }
    query.push_str(" ORDER BY ");
    query.push_str(order);
    (query, values)
}

fn wanted_text(request: &ListRequest) -> Option<Value> {
    let wanted = fold(request.text.trim());
    (!wanted.is_empty()).then_some(Value::Text(wanted))
}

fn ungrouped(db: &Connection, request: &ListRequest, order: &str) -> rusqlite::Result<Listing> {
    let (query, values) = from_shown("record", request, order);
    let ids = db
        .prepare_cached(&query)?
        .query_map(params_from_iter(values), |row| row.get(0).map(RecordId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Listing {
        ids,
        groups: Vec::new(),
    })
}

/// Groups by the query's second column, which it is ordered by: the groups sorted as people count
/// and the empty one last.
fn grouped(
    db: &Connection,
    (query, values): Query,
    empty_heading: &str,
) -> rusqlite::Result<Listing> {
    let mut statement = db.prepare_cached(&query)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut groups: Vec<(String, Vec<RecordId>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let id = RecordId(row.get(0)?);
        let name = row.get_ref(1)?.as_str()?;
        match groups.last_mut() {
            Some((last, ids)) if last == name => ids.push(id),
            _ => groups.push((name.to_owned(), vec![id])),
        }
    }
    groups.sort_by_cached_key(|(name, _)| (name.is_empty(), text::natural_key(name), name.clone()));
    let mut listing = Listing::default();
    for (name, ids) in groups {
        let heading = if name.is_empty() {
            empty_heading.to_owned()
        } else {
            name
        };
        listing.groups.push((heading, listing.ids.len()));
        listing.ids.extend(ids);
    }
    Ok(listing)
}

/// Groups by the day of indexing where the user is, the newest day first.
fn by_date(db: &Connection, request: &ListRequest, zone: &TimeZone) -> rusqlite::Result<Listing> {
    let (query, values) = from_record("indexed_at", request, "indexed_at DESC, id DESC");
    let mut statement = db.prepare_cached(&query)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut listing = Listing::default();
    // The instants of the day of the picture before, so that days are worked out once each.
    let mut day: Option<(Date, Timestamp)> = None;
    while let Some(row) = rows.next()? {
        let at = sql::timestamp(row.get(1)?)?;
        if day.is_none_or(|(_, start)| at < start) {
            let date = at.to_zoned(zone.clone()).date();
            if day.is_none_or(|(before, _)| before != date) {
                let heading = long_day(date);
                listing.groups.push((heading, listing.ids.len()));
            }
            let start = date
                .to_zoned(zone.clone())
                .map_or(at, |start| start.timestamp());
            day = Some((date, start));
        }
        listing.ids.push(RecordId(row.get(0)?));
    }
    Ok(listing)
}
