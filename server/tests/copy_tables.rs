//! Copy from SQLite to PostgreSQL: tables that the product does not know.

use crate::copying::{both, write};
use server::db::copy;
use server::{Db, sql};

/// An additional table for SQLite, and its twin for PostgreSQL.
async fn table(from: &Db, to: &Db, sql: &str) {
    write(from, sql).await;
    let there = sql.replace(") strict", ")").replace("blob", "bytea").replace("real", "double precision");
    let counted = "bigint generated always as identity primary key";
    write(to, &there.replace("integer primary key", counted).replace("integer", "bigint")).await;
}

async fn text(db: &Db, select: &str) -> String {
    db.row::<(_,)>(sql!(select)).await.unwrap().0
}

#[tokio::test]
async fn an_additional_table_is_copied_without_code() {
    let Some((from, to)) = both().await else { return };
    // A child whose name sorts before its parent's, a row that refers to a later row of its own table, awkward names.
    table(
        &from,
        &to,
        "create table hulls (\"order\" text not null primary key, \"a \"\"b\"\"\" blob, length real) strict",
    )
    .await;
    // A text order that is not SQLite's.
    write(&to, "alter table hulls alter \"order\" type text collate \"und-x-icu\"").await;
    table(
        &from,
        &to,
        "create table boats (number integer primary key, hull text not null references hulls (\"order\"),
                             beside integer references boats (number)) strict",
    )
    .await;
    let bare =
        "create table bare (one text, two integer, again integer generated always as (two) stored) strict";
    table(&from, &to, bare).await;
    write(
        &from,
        "pragma foreign_keys = off;
         insert into hulls values ('Z', x'00ff5c', 0.1), ('a', null, -1e300), ('é', x'', 5), ('', null, null);
         insert into boats values (7, 'Z', 9), (9, 'a', null), (12, '', 12);
         insert into bare (one, two) values ('x', 1), ('x', null), (null, null), ('x', 1), ('B', 2), ('a', -9223372036854775808);
         pragma foreign_keys = on",
    )
    .await;
    let copied = copy(from.url(), to.url()).await.unwrap();
    let rows = |name: &str| copied.iter().find(|one| one.table == name).map(|one| one.rows);
    assert_eq!([rows("hulls"), rows("boats"), rows("bare")], [Some(4), Some(3), Some(6)]);
    let hulls = "select string_agg(concat_ws(',', \"order\", encode(\"a \"\"b\"\"\", 'hex'), length), ';' order by length) from hulls";
    assert_eq!(text(&to, hulls).await, "a,-1e+300;Z,00ff5c,0.1;é,,5;");
    let bare = "select string_agg(coalesce(one, '-') || coalesce(again, 0), ' ' order by two nulls first, one nulls first) from bare";
    assert_eq!(text(&to, bare).await, "-0 x0 a-9223372036854775808 x1 x1 B2");
    let next =
        "with boat as (insert into boats (hull) values ('Z') returning number) select number::text from boat";
    assert_eq!(text(&to, next).await, "13", "a sequence continues after the last row");
}

#[tokio::test]
async fn tables_that_refer_to_each_other_are_copied_with_deferred_checks() {
    let Some((from, to)) = both().await else { return };
    let later = "deferrable";
    table(&from, &to, "create table eggs (id text not null primary key, hen text) strict").await;
    table(
        &from,
        &to,
        &format!(
            "create table hens (id text not null primary key, egg text references eggs (id) {later}) strict"
        ),
    )
    .await;
    write(&from, &format!("alter table eggs add column layer text references hens (id) {later}")).await;
    write(&to, &format!("alter table eggs add column layer text references hens (id) {later}")).await;
    write(
        &from,
        "pragma foreign_keys = off; insert into eggs values ('e', '', 'h'); insert into hens values ('h', 'e');
         pragma foreign_keys = on",
    )
    .await;
    copy(from.url(), to.url()).await.unwrap();
    assert_eq!(text(&to, "select layer || egg from eggs join hens on layer = hens.id").await, "he");
}
