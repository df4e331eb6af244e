//! What belongs to a list of numbers, which goes down as JSON. Without the word CROSS the planner would walk the table
//! for each number. What is found comes in the order of the list and, for one number, in that of the index: it is never
//! sorted by SQLite, which would copy all of it.

use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;

use super::super::super::WorkspaceId;

/// A query for columns of the types `T`. It stays prepared.
pub(super) struct Listed<T> {
    columns: &'static str,
    table: &'static str,
    /// What ties a row `c` to a number `p.value`.
    on: &'static str,
    list: String,
    workspace: WorkspaceId,
    types: PhantomData<T>,
}

impl<T> Listed<T> {
    pub(super) fn new(
        workspace: WorkspaceId,
        numbers: &[i64],
        columns: &'static str,
        table: &'static str,
        on: &'static str,
    ) -> Self {
        Self {
            columns,
            table,
            on,
            list: json(numbers),
            workspace,
            types: PhantomData,
        }
    }
}

impl<T> QueryId for Listed<T> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> Query for Listed<T> {
    type SqlType = T;
}

impl<T> RunQueryDsl<SqliteConnection> for Listed<T> {}

impl<T> QueryFragment<Sqlite> for Listed<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(self.columns);
        out.push_sql(" FROM json_each(");
        out.push_bind_param::<Text, _>(&self.list)?;
        out.push_sql(") AS p CROSS JOIN ");
        out.push_sql(self.table);
        out.push_sql(" AS c ON c.workspace_id = ");
        out.push_bind_param::<BigInt, _>(&self.workspace.0)?;
        out.push_sql(" AND ");
        out.push_sql(self.on);
        Ok(())
    }
}

/// The list as JSON.
pub(super) fn json(numbers: &[i64]) -> String {
    let mut list = String::with_capacity(numbers.len() * 20 + 2);
    list.push('[');
    for (n, number) in numbers.iter().enumerate() {
        if n > 0 {
            list.push(',');
        }
        list.push_str(&number.to_string());
    }
    list.push(']');
    list
}
