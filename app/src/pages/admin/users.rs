//! GET /admin/users: all users, with search, filters and order.

use super::Tabs;
use leptos::prelude::*;
use server::users::{self, Filter, Role, Sort, UserWithSessions};
use ui::components::{
    Badge, Column, Empty, Lead, LinkButton, Look, PageShell, Pager, Row, RowLink, Search, SortLink, Table,
    Timestamp, Tone, Typed, address, choices,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

const PATH: &str = "/admin/users";
/// Value in the query, order, and whether it is ascending.
const SORTS: [(&str, Sort, bool); 6] = [
    ("newest", Sort::Newest, false),
    ("oldest", Sort::Oldest, true),
    ("name", Sort::Name, true),
    ("-name", Sort::NameDescending, false),
    ("email", Sort::Email, true),
    ("-email", Sort::EmailDescending, false),
];

const FILTERS: [(&str, Filter, &str); 7] = [
    ("", Filter::All, "All"),
    ("admins", Filter::Admins, "Admins"),
    ("unconfirmed", Filter::Unconfirmed, "Unconfirmed"),
    ("undeliverable", Filter::Undeliverable, "Undeliverable"),
    ("two-factor", Filter::TwoFactor, "Two-factor"),
    ("passkeys", Filter::Passkeys, "Passkeys"),
    ("disabled", Filter::Disabled, "Disabled"),
];

/// What the query asks for.
struct ListQuery {
    words: String,
    show: &'static str,
    sort: &'static str,
    ascending: bool,
}

impl ListQuery {
    /// Returns the address of the list with another filter, order or page.
    fn list(&self, show: &str, sort: &str, page: &str) -> String {
        let sort = if sort == SORTS[0].0 { "" } else { sort };
        address(PATH, &[("q", &self.words), ("show", show), ("sort", sort), ("page", page)])
    }

    /// The first click on a heading sorts by its column, the second one in the other direction.
    fn sort_link(&self, first: &'static str, second: &'static str) -> SortLink {
        let is_chosen = self.sort == first || self.sort == second;
        let next = if self.sort == first { second } else { first };
        SortLink { href: self.list(self.show, next, ""), ascending: is_chosen.then_some(self.ascending) }
    }
}

pub async fn users(cx: Cx) -> PageResult {
    cx.admin().await?;
    let (words, asked, shown) = (cx.query("q"), cx.query("sort"), cx.query("show"));
    let (sort_name, sort, ascending) =
        SORTS.into_iter().find(|(name, ..)| *name == asked).unwrap_or(SORTS[0]);
    let (show, filter, _) = FILTERS.into_iter().find(|(name, ..)| *name == shown).unwrap_or(FILTERS[0]);
    let found = users::search(&cx.db, &words, filter, sort, cx.page_number()).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let asked = ListQuery { words, show, sort: sort_name, ascending };
    let filters = FILTERS.map(|(name, _, text)| (asked.list(name, sort_name, ""), text, name == show));
    let (table, words) = (table(found.rows, &asked), asked.words.clone());
    let keep = vec![("sort", sort_name), ("show", show)];
    page(
        "Users",
        view! {
            <PageShell heading="Users" actions=|| view! { <LinkButton href="/admin/users.csv" text="Export as CSV" look=Look::Soft/> }>
                <Tabs here=PATH/>
                <div class="flex flex-wrap items-center justify-between gap-4">
                    <Search action=PATH label="Name, email or id" words keep/>
                    {choices("Filter users", filters.into())}
                </div>
                {table}
                <Pager number count total noun=("user", "users") href=move |page| asked.list(show, sort_name, &page.to_string())/>
            </PageShell>
        },
    )
}

fn table(users: Vec<UserWithSessions>, asked: &ListQuery) -> Html {
    if users.is_empty() {
        return view! { <Empty heading="No users found"><Lead>"Try a different search or filter."</Lead></Empty> }.rendered();
    }
    let columns = vec![
        Column::text("Name").sorted(asked.sort_link("name", "-name")),
        Column::text("Email").sorted(asked.sort_link("email", "-email")),
        Column::text("Log-in"),
        Column::number("Sessions"),
        Column::text("Last seen"),
        Column::text("Signed up").sorted(asked.sort_link("newest", "oldest")),
    ];
    let rows = users.into_iter().map(row).collect();
    view! { <Table label="Users" columns rows/> }.rendered()
}

fn row(found: UserWithSessions) -> Row {
    let user = found.user;
    let roles: Vec<_> = user
        .roles
        .all()
        .into_iter()
        .filter(|role| *role != Role::Member)
        .map(|role| view! { " "<Badge text=role.title() tone=Tone::Primary/> })
        .collect();
    let disabled = user.disabled_at.map(|_| view! { " "<Badge text="Disabled" tone=Tone::Warning/> });
    let unconfirmed = user.email_verified_at.is_none().then(|| view! { " "{unconfirmed_badge()} });
    let undeliverable = user
        .undeliverable_email
        .map(|title| view! { " "<Badge text="Undeliverable" tone=Tone::Warning title/> });
    let two_factor = user.second_factor_at.map(|_| view! { <Badge text="Two-factor" tone=Tone::Good/>" " });
    let passkeys =
        (found.passkeys > 0).then(|| view! { <Badge text=passkeys_text(found.passkeys) tone=Tone::Good/> });
    let last_seen = found.last_seen_at.map(|at| view! { <Timestamp at/> });
    let href = format!("{PATH}/{}", user.id);
    Row::new(vec![
        view! { <RowLink href text=user.name/>{roles}{disabled} }.rendered(),
        view! { <Typed text=user.email/>{unconfirmed}{undeliverable} }.rendered(),
        view! { {two_factor}{passkeys} }.rendered(),
        found.sessions.rendered(),
        last_seen.rendered(),
        view! { <Timestamp at=user.created_at/> }.rendered(),
    ])
}

fn passkeys_text(count: i64) -> String {
    if count == 1 { "1 passkey".into() } else { format!("{count} passkeys") }
}

pub(super) fn unconfirmed_badge() -> Html {
    view! { <Badge text="Unconfirmed" tone=Tone::Warning/> }.rendered()
}
