//! GET /admin/users: all users.

use super::Tabs;
use crate::components::{Empty, PageShell, Pager, Search, Table, Timestamp, address, choices};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::request::Cx;
use leptos::prelude::*;
use server::users::{self, Sort, UserWithSessions};

const PATH: &str = "/admin/users";
const SORTS: [(&str, Sort, &str); 3] =
    [("newest", Sort::Newest, "Newest"), ("name", Sort::Name, "Name"), ("email", Sort::Email, "Email")];

pub async fn users(cx: Cx) -> PageResult {
    cx.admin().await?;
    let (words, asked) = (cx.query("q"), cx.query("sort"));
    let (sort_name, sort, _) = SORTS.into_iter().find(|(name, ..)| *name == asked).unwrap_or(SORTS[0]);
    let found = users::search(&cx.db, &words, sort, cx.page_number()).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let href = {
        let words = words.clone();
        move |page: i64| address(PATH, &[("q", &words), ("sort", sort_name), ("page", &page.to_string())])
    };
    let sorts: Vec<_> = SORTS
        .iter()
        .map(|(name, _, text)| (address(PATH, &[("q", &words), ("sort", name)]), *text, *name == sort_name))
        .collect();
    page(
        "Users",
        view! {
            <PageShell heading="Users">
                <Tabs here=PATH/>
                <div class="flex flex-wrap items-center justify-between gap-4">
                    <Search action=PATH label="Name or email" words=words.clone() keep=("sort", sort_name)/>
                    {choices("Sort by", sorts)}
                </div>
                {table(found.rows)}
                <Pager number count total noun=("user", "users") href/>
            </PageShell>
        },
    )
}

const HEADINGS: &[&str] = &["Name", "Email", "Sessions", "Signed up"];

fn table(users: Vec<UserWithSessions>) -> Html {
    if users.is_empty() {
        return view! {
            <Empty heading="No users found"><p class="text-base-content/70">"Try a different search."</p></Empty>
        }
        .rendered();
    }
    let rows: Vec<_> = users.into_iter().map(row).collect();
    view! { <Table label="Users" headings=HEADINGS>{rows}</Table> }.rendered()
}

fn row(found: UserWithSessions) -> impl IntoView {
    let user = found.user;
    let badge = user.is_admin.then(|| view! { " "<span class="badge badge-sm badge-primary">"Admin"</span> });
    view! {
        <tr>
            <td class="max-w-64 wrap-anywhere">
                <a class="link link-hover font-medium" href=format!("{PATH}/{}", user.id)>{user.name}</a>{badge}
            </td>
            <td class="max-w-72 wrap-anywhere">{user.email}</td>
            <td class="tabular-nums">{found.sessions}</td>
            <td><Timestamp at=user.created_at/></td>
        </tr>
    }
}
