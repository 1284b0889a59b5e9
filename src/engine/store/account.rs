//! The account: an append-only ledger of orders, and a few values beside it.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Result, Store, sql};
use crate::domain::subscription::Order;

impl Store {
    /// Every order, by number.
    pub fn orders(&self) -> Result<Vec<Order>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT body FROM ledger ORDER BY number")?;
            let mut rows = statement.query([])?;
            let mut orders = Vec::new();
            while let Some(row) = rows.next()? {
                orders.push(sql::from_json(row.get_ref(0)?.as_str()?)?);
            }
            Ok(orders)
        })
    }

    /// Adds an order; one of the same number is an error, and no order is ever changed or removed.
    pub fn append_order(&mut self, order: &Order) -> Result<()> {
        self.write(|tx| insert_order(tx, order))
    }

    /// Adds an order and a value of the account: both, or neither.
    pub fn append_order_with(&mut self, order: &Order, key: &str, value: &str) -> Result<()> {
        self.write(|tx| {
            insert_order(tx, order)?;
            put_value(tx, key, value)
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

fn insert_order(tx: &Transaction, order: &Order) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO ledger (number, body) VALUES (?1, ?2)",
        params![sql::int(order.number), sql::to_json(order)?],
    )?;
    Ok(())
}

fn put_value(tx: &Transaction, key: &str, value: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("REPLACE INTO account (key, value) VALUES (?1, ?2)")?
        .execute([key, value])?;
    Ok(())
}
