//! Statements for many rows at once, the same for both databases.
//!
//! diesel has no multi-row insert for SQLite behind an asynchronous connection, and no statement at all for
//! "these rows, by key". The fragments here have both. Prepared statements are cached by their text, so the
//! number of rows is kept to few values: inserts are cut into parts of such lengths, lists of keys are filled up
//! to the next power of two.

use diesel::Table;
use diesel::backend::Backend;
use diesel::insertable::{CanInsertInSingleQuery, Insertable};
use diesel::query_builder::{AstPass, BatchInsert, Query, QueryFragment, QueryId, ValuesClause};
use diesel::result::QueryResult;
use std::marker::PhantomData;

/// The most rows of one statement: 64 columns times 256 stays well below SQLite's 32,766 parameters, and
/// more rows a statement make PostgreSQL slower.
const ROWS_MAX: usize = 256;

/// The most keys of one look-up, or changes that it looks up two entries each for: four parameters each stay below what
/// SQLite takes.
pub const KEYS_MAX: usize = 4_096;

/// Cuts rows into few parts of few lengths, the largest first.
pub fn parts<R>(rows: &[R]) -> impl Iterator<Item = &[R]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (part, remainder) = rest.split_at(part_length(rest.len()));
        rest = remainder;
        Some(part)
    })
}

/// The longest part that `rows` begin with: any length up to 8, then four for each doubling (8, 10, 12, 14, 16, 20 …), so
/// that it leaves less than a fourth of them.
const fn part_length(rows: usize) -> usize {
    if rows >= ROWS_MAX {
        return ROWS_MAX;
    }
    let step = if rows < 8 { 1 } else { (1 << rows.ilog2()) / 4 };
    rows / step * step
}

/// `values(Bulk::insert(rows))`: a multi-row insert. The rows must not be empty.
pub struct Bulk<'a, R> {
    rows: &'a [R],
    tail: &'static str,
}

impl<'a, R> Bulk<'a, R> {
    /// Rows that do not exist yet.
    pub const fn insert(rows: &'a [R]) -> Self {
        Self { rows, tail: "" }
    }

    /// Rows that may exist; `tail` is the literal ` ON CONFLICT …`.
    pub const fn upsert(rows: &'a [R], tail: &'static str) -> Self {
        Self { rows, tail }
    }
}

/// The values clause of a [`Bulk`].
pub struct BulkValues<V> {
    rows: V,
    tail: &'static str,
}

impl<'a, R, T: Table> Insertable<T> for Bulk<'a, R>
where
    &'a [R]: Insertable<T>,
{
    type Values = BulkValues<<&'a [R] as Insertable<T>>::Values>;

    fn values(self) -> Self::Values {
        BulkValues { rows: self.rows.values(), tail: self.tail }
    }
}

impl<DB, V, T, Q, const STABLE: bool> QueryFragment<DB>
    for BulkValues<BatchInsert<Vec<ValuesClause<V, T>>, T, Q, STABLE>>
where
    DB: Backend,
    ValuesClause<V, T>: QueryFragment<DB>,
    V: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some((first, rest)) = self.rows.values.split_first() else { return Ok(()) };
        first.walk_ast(out.reborrow())?; // "(columns) VALUES (…)"
        for row in rest {
            out.push_sql(", (");
            row.values.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(self.tail);
        Ok(())
    }
}

impl<DB: Backend, V, T, Q, const STABLE: bool> CanInsertInSingleQuery<DB>
    for BulkValues<BatchInsert<Vec<ValuesClause<V, T>>, T, Q, STABLE>>
{
    fn rows_to_insert(&self) -> Option<usize> {
        Some(self.rows.values.len())
    }
}

impl<V> QueryId for BulkValues<V> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// A statement about many rows by key: `head (VALUES (…), (…)) tail`. `S` is the SQL type of what it
/// returns. Both databases name the columns of such a list `column1`, `column2` …
///
/// A list with two columns is to be joined with the table: for `(a, b) IN (VALUES …)` SQLite reads it all.
pub struct Keyed<K, S = ()> {
    head: &'static str,
    keys: Vec<K>,
    tail: &'static str,
    returns: PhantomData<S>,
}

impl<K: Clone, S> Keyed<K, S> {
    /// The statement for `keys`, which must not be empty. Repeating a key must do no harm: the list is
    /// filled up with its last one.
    pub fn new(head: &'static str, keys: &[K], tail: &'static str) -> Self {
        let mut keys = keys.to_vec();
        if let Some(last) = keys.last().cloned() {
            keys.resize(keys.len().next_power_of_two(), last);
        }
        Self { head, keys, tail, returns: PhantomData }
    }

    /// The statement for the keys of one of the [`parts`], of which none is repeated.
    pub fn part(head: &'static str, part: &[K], tail: &'static str) -> Self {
        Self { head, keys: part.to_vec(), tail, returns: PhantomData }
    }
}

impl<DB: Backend, K: QueryFragment<DB>, S> QueryFragment<DB> for Keyed<K, S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.head);
        out.push_sql("(VALUES ");
        for (index, key) in self.keys.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            key.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(")");
        out.push_sql(self.tail);
        Ok(())
    }
}

impl<K, S> QueryId for Keyed<K, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<K, S> Query for Keyed<K, S> {
    type SqlType = S;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_few_of_few_lengths_and_lose_nothing() {
        let rows: Vec<usize> = (0..1_000).collect();
        let mut lengths = std::collections::BTreeSet::new();
        for count in 0..rows.len() {
            let cut: Vec<_> = parts(&rows[..count]).collect();
            assert_eq!(cut.concat(), rows[..count]);
            assert!(cut.len() <= count / ROWS_MAX + 4, "{count} rows in {} parts", cut.len());
            lengths.extend(cut.iter().map(|part| part.len()));
        }
        assert!(lengths.len() <= 28, "{lengths:?}");
        assert_eq!(lengths.last(), Some(&ROWS_MAX));
    }
}
