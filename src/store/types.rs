//! How values travel to both databases: UUIDs, times, JSON, words.
//!
//! PostgreSQL has types of its own for these, SQLite has none. Each SQL type here names both forms; the
//! Rust newtypes know how to read and write either.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Binary, SqlType, Text};
use diesel::sqlite::{Sqlite, SqliteValue};
use std::io::Write as _;
use uuid::Uuid;

/// `uuid`; on SQLite 16 bytes.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct SqlUuid;

/// `jsonb`; on SQLite text.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlJson;

/// `timestamptz`; on SQLite RFC 3339 text in UTC with microseconds, which sorts as text.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlTime;

/// A UUID in a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlUuid)]
pub struct DbUuid(pub Uuid);

impl ToSql<SqlUuid, Pg> for DbUuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<SqlUuid, Pg> for DbUuid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

impl ToSql<SqlUuid, Sqlite> for DbUuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<SqlUuid, Sqlite> for DbUuid {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

/// A JSON document in a row, as text: what is written needs no second parse.
#[derive(Clone, PartialEq, Eq, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlJson)]
pub struct JsonText(pub String);

impl JsonText {
    /// The document of a value that cannot fail to serialize.
    pub fn of(value: &serde_json::Value) -> Self {
        Self(value.to_string())
    }
}

/// The version byte before the text of a binary `jsonb`.
const JSONB_VERSION: u8 = 1;

impl ToSql<SqlJson, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<SqlJson, Pg> for JsonText {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, text)) => Ok(Self(std::str::from_utf8(text)?.to_owned())),
            _ => Err("a jsonb of an unknown version".into()),
        }
    }
}

impl ToSql<SqlJson, Sqlite> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl FromSql<SqlJson, Sqlite> for JsonText {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Sqlite>>::from_sql(value).map(Self)
    }
}

/// A time in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlTime)]
pub struct DbTime(pub DateTime<Utc>);

/// PostgreSQL counts microseconds from here.
fn postgres_epoch() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("2000-01-01 exists")
}

impl ToSql<SqlTime, Pg> for DbTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let since = self.0.naive_utc() - postgres_epoch();
        let micros = since.num_microseconds().ok_or("a time too far away for the database")?;
        out.write_all(&micros.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<SqlTime, Pg> for DbTime {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        let time = postgres_epoch().checked_add_signed(chrono::TimeDelta::microseconds(micros));
        Ok(Self(time.ok_or("a time too far away for the host")?.and_utc()))
    }
}

impl ToSql<SqlTime, Sqlite> for DbTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(super::entry::timestamp(self.0));
        Ok(IsNull::No)
    }
}

impl FromSql<SqlTime, Sqlite> for DbTime {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(DateTime::parse_from_rfc3339(&text)?.to_utc()))
    }
}

/// A word of the vocabulary in a text column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Word<T: Vocabulary>(pub T);

/// A closed set of words, as `rules::vocabulary` declares them.
pub trait Vocabulary: Copy + std::fmt::Debug + 'static {
    /// The word in the database.
    fn word(self) -> &'static str;
    /// The value of a word.
    fn of(word: &str) -> Result<Self, String>;
}

macro_rules! vocabulary {
    ($($name:path,)*) => {$(
        impl Vocabulary for $name {
            fn word(self) -> &'static str {
                self.as_str()
            }
            fn of(word: &str) -> Result<Self, String> {
                word.parse()
            }
        }
    )*};
}

vocabulary! {
    crate::rules::dice::RollType,
    crate::rules::vocabulary::AiDifficulty,
    crate::rules::vocabulary::GameMode,
    crate::rules::vocabulary::Half,
    crate::rules::vocabulary::LeagueId,
    crate::rules::vocabulary::Position,
    crate::rules::vocabulary::Side,
    crate::rules::vocabulary::Status,
    crate::rules::vocabulary::Visibility,
}

impl Vocabulary for crate::rules::command::Issuer {
    fn word(self) -> &'static str {
        match self {
            Self::Manager(side) => side.as_str(),
            Self::Operator => "operator",
            Self::Host => "host",
        }
    }
    fn of(word: &str) -> Result<Self, String> {
        super::entry::issuer(word).ok_or_else(|| format!("`{word}` is not an issuer"))
    }
}

impl<T: Vocabulary, DB: Backend> ToSql<Text, DB> for Word<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.word().to_sql(out)
    }
}

impl<T: Vocabulary, DB: Backend> FromSql<Text, DB> for Word<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(T::of(&String::from_sql(value)?)?))
    }
}
