//! The account: an append-only ledger of orders, and a few values beside it.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{
    Result, Store,
    chain::{self, Ledger, Link},
    files, meta, sound, sql,
};
use crate::domain::subscription::Order;

impl Store {
    /// Names the catalogue among those of the account; a released one keeps its name.
    pub fn catalogue_id(&self) -> Result<String> {
        self.read(catalogue_id)
    }

    /// The id of the catalogue in a folder; none where there is none that can be read.
    pub fn id_in(dir: &Path) -> Option<String> {
        let file = dir.join(files::CATALOGUE);
        let db = file.is_file().then(|| sound::connect_to_read(&file))?;
        db.and_then(|db| catalogue_id(&db)).ok()
    }

    /// Every order, by number.
    pub fn ledger(&self) -> Result<Ledger> {
        self.read(ledger)
    }

    /// Adds an order; one of the same number is an error, and no order is ever changed or removed.
    pub fn append_order(&mut self, order: &Order) -> Result<()> {
        self.append_orders(std::slice::from_ref(order))
    }

    /// Adds orders: all, or none.
    pub fn append_orders(&mut self, orders: &[Order]) -> Result<()> {
        self.write(|tx| orders.iter().try_for_each(|order| insert_order(tx, order)))
    }

    /// Adds an order and a value of the account: both, or neither.
    pub fn append_order_with(&mut self, order: &Order, key: &str, value: &str) -> Result<()> {
        self.write(|tx| {
            insert_order(tx, order)?;
            put_value(tx, key, value)
        })
    }

    /// Makes the ledger that of the catalogue `id`, of which this one goes on; for a ledger that is
    /// empty or damaged. The orders it had stay in the table `ledger_replaced`.
    pub fn replace_ledger(&mut self, id: &str, orders: &[Order]) -> Result<()> {
        self.write(|tx| {
            tx.execute_batch(
                "CREATE TABLE IF NOT EXISTS ledger_replaced (number INTEGER, body TEXT, link BLOB);
                 INSERT INTO ledger_replaced SELECT number, body, link FROM ledger;
                 DROP TABLE ledger;",
            )?;
            create(tx)?;
            meta::set(tx, meta::CATALOGUE_ID, id)?;
            orders.iter().try_for_each(|order| insert_order(tx, order))
        })
    }

    pub fn account_value(&self, key: &str) -> Result<Option<String>> {
        self.read(|db| {
            db.prepare_cached("SELECT value FROM account WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()
        })
    }

    pub fn set_account_value(&mut self, key: &str, value: &str) -> Result<()> {
        self.write(|tx| put_value(tx, key, value))
    }
}

fn catalogue_id(db: &Connection) -> rusqlite::Result<String> {
    Ok(meta::get(db, meta::CATALOGUE_ID)?.unwrap_or_default())
}

/// The ledger with the rules that keep it: no order is changed, removed, or put over another.
pub(super) fn create(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "CREATE TABLE ledger (
            number INTEGER PRIMARY KEY,
            body   TEXT NOT NULL,
            link   BLOB NOT NULL
         );
         CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger
         BEGIN SELECT RAISE(ABORT, 'an order is never changed'); END;
         CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
         BEGIN SELECT RAISE(ABORT, 'an order is never removed'); END;
         CREATE TRIGGER ledger_grows BEFORE INSERT ON ledger
         WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger)
         BEGIN SELECT RAISE(ABORT, 'an order follows the last'); END;",
    )
}

/// Chains the orders of a catalogue that had them without links.
pub(super) fn chain_all(tx: &Transaction) -> rusqlite::Result<()> {
    let bodies: Vec<String> = tx
        .prepare("SELECT body FROM ledger ORDER BY number")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tx.execute_batch("DROP TABLE ledger")?;
    create(tx)?;
    for (body, number) in bodies.iter().zip(1..) {
        insert(tx, number, body)?;
    }
    Ok(())
}

pub(super) fn ledger(db: &Connection) -> rusqlite::Result<Ledger> {
    let mut statement =
        db.prepare_cached("SELECT number, body, link FROM ledger ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut before = chain::seed(&catalogue_id(db)?);
    let mut ledger = Ledger {
        orders: Vec::new(),
        broken_at: None,
    };
    while let Some(row) = rows.next()? {
        let number = sql::count(row.get(0)?);
        // A damaged row may have any type in any column.
        let body = row.get_ref(1)?.as_str().unwrap_or_default();
        before = chain::link(&before, body);
        let fits = row.get_ref(2)?.as_blob().is_ok_and(|link| link == before);
        let order = sql::from_json::<Order>(body).ok();
        if !fits || order.is_none() {
            ledger.broken_at = ledger.broken_at.or(Some(number));
        }
        let Some(order) = order else { break };
        ledger.orders.push(order);
    }
    Ok(ledger)
}

fn insert_order(tx: &Transaction, order: &Order) -> rusqlite::Result<()> {
    insert(tx, order.number, &sql::to_json(order)?)
}

fn insert(tx: &Transaction, number: u64, body: &str) -> rusqlite::Result<()> {
    let before = tx
        .prepare_cached("SELECT link FROM ledger ORDER BY number DESC LIMIT 1")?
        .query_row([], |row| row.get::<_, Link>(0))
        .optional()?;
    let before = match before {
        Some(link) => link,
        None => chain::seed(&catalogue_id(tx)?),
    };
    tx.execute(
        "INSERT INTO ledger (number, body, link) VALUES (?1, ?2, ?3)",
        params![sql::int(number), body, chain::link(&before, body)],
    )?;
    Ok(())
}

fn put_value(tx: &Transaction, key: &str, value: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("REPLACE INTO account (key, value) VALUES (?1, ?2)")?
        .execute([key, value])?;
    Ok(())
}
