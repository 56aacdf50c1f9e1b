//! A query that is put together from pieces: fixed SQL and values, in their order. For what diesel's own language does
//! not say, on both databases; no value is ever part of the text.

use super::types::{DbTime, DbUuid, SqlTime, SqlUuid};
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Integer, Text, Untyped};

/// A piece.
enum Piece {
    Sql(String),
    BigInt(i64),
    Integer(i32),
    Text(&'static str),
    Time(DbTime),
    Uuid(DbUuid),
}

/// The query so far.
#[derive(Default)]
pub struct Statement(Vec<Piece>);

impl Statement {
    /// A query that begins with `sql`.
    pub fn new(sql: impl Into<String>) -> Self {
        Self::default().sql(sql)
    }

    /// Goes on with `sql`, which must come from this program.
    #[must_use]
    pub fn sql(mut self, sql: impl Into<String>) -> Self {
        self.0.push(Piece::Sql(sql.into()));
        self
    }

    /// A whole number.
    #[must_use]
    pub fn bigint(mut self, value: i64) -> Self {
        self.0.push(Piece::BigInt(value));
        self
    }

    /// The number of a team or of a card.
    #[must_use]
    pub fn integer(mut self, value: i32) -> Self {
        self.0.push(Piece::Integer(value));
        self
    }

    /// A word of the vocabulary.
    #[must_use]
    pub fn word(mut self, value: &'static str) -> Self {
        self.0.push(Piece::Text(value));
        self
    }

    /// A time.
    #[must_use]
    pub fn time(mut self, value: DbTime) -> Self {
        self.0.push(Piece::Time(value));
        self
    }

    /// An id.
    #[must_use]
    pub fn uuid(mut self, value: DbUuid) -> Self {
        self.0.push(Piece::Uuid(value));
        self
    }
}

impl<DB> QueryFragment<DB> for Statement
where
    DB: Backend + HasSqlType<SqlTime> + HasSqlType<SqlUuid>,
    i64: ToSql<BigInt, DB>,
    i32: ToSql<Integer, DB>,
    str: ToSql<Text, DB>,
    DbTime: ToSql<SqlTime, DB>,
    DbUuid: ToSql<SqlUuid, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in &self.0 {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::BigInt(value) => out.push_bind_param::<BigInt, _>(value)?,
                Piece::Integer(value) => out.push_bind_param::<Integer, _>(value)?,
                Piece::Text(value) => out.push_bind_param::<Text, str>(value)?,
                Piece::Time(value) => out.push_bind_param::<SqlTime, _>(value)?,
                Piece::Uuid(value) => out.push_bind_param::<SqlUuid, _>(value)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Untyped;
}
