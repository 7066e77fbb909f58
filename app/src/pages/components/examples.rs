//! One example of each component.

use icondata_lu::{LuBell, LuMail, LuSettings, LuUser};
use leptos::children::ToChildren;
use leptos::prelude::*;
use server::FieldErrors;
use server::visitor::{Flash, Level, SubmittedForm};
use ui::components::{
    ActionButton, Avatar, Badge, Banner, BarChart, Breadcrumbs, Button, Buttons, Card, Checkbox, Column,
    ConfirmedAction, Dialog, Empty, Field, FileField, Form, Icon, Lead, LineChart, LinkButton, Look, Menu,
    MenuLink, Pager, Point, Progress, Radio, Row, Search, Select, Size, Skeleton, SortLink, Stat, Table,
    TextArea, TextLink, Timestamp, Toast, Tone, Typed, choices, password_hint, tabs,
};
use ui::html::{Html, Rendered};

pub struct Section {
    pub name: &'static str,
    pub content: Html,
    /// Whether it has ids, which a page can have only once.
    pub has_ids: bool,
}

pub fn all() -> Vec<Section> {
    let once = |name, content| Section { name, content, has_ids: true };
    let twice = |name, content| Section { name, content, has_ids: false };
    vec![
        twice("Button", buttons()),
        once("Field", fields()),
        once("Select, Checkbox, Switch, Radio, TextArea, FileField", choices_of_values()),
        twice("Card, Empty", cards()),
        twice("Table, Pager", table()),
        twice("Tabs, filters, Breadcrumbs, Search", navigation()),
        once("Menu, Dialog, ConfirmedAction", dialogs()),
        twice("Toast", toasts()),
        twice("Banner, Badge, Avatar, Icon", small()),
        twice("Stat, LineChart, BarChart", charts()),
        twice("Timestamp, Progress, Skeleton", states()),
    ]
}

fn buttons() -> Html {
    let looks = [
        (Look::Primary, "Primary"),
        (Look::Soft, "Soft"),
        (Look::Ghost, "Ghost"),
        (Look::Danger, "Danger"),
        (Look::DangerOutline, "Danger outline"),
    ];
    let kinds: Vec<_> = looks.into_iter().map(|(look, text)| view! { <Button text look/> }).collect();
    view! {
        <Buttons>{kinds}</Buttons>
        <Buttons>
            <Button text="Small" size=Size::Small/><Button text="Medium"/><Button text="Large" size=Size::Large/>
            <Button text="With icon" icon=LuMail/><Button text="Saving" busy=true/><Button text="Disabled" disabled=true/>
            <LinkButton href="#main" text="A link" look=Look::Soft/>
            <ActionButton action="/theme" text="An action" hidden=("theme", "system".into())/>
        </Buttons>
    }
    .rendered()
}

fn fields() -> Html {
    let wrong = SubmittedForm::new(
        &[("email", "ada@")],
        &FieldErrors::one("email", "Please type an address like name@example.com."),
    );
    let none = SubmittedForm::default;
    view! {
        <Form action="/theme">
            <Field name="name" label="Name" submitted=none() value="Ada Lovelace"/>
            <Field name="email" label="With an error" kind="email" submitted=wrong hint="We never show it to others."/>
            <Field name="password" label="Password" kind="password" submitted=none() hint=password_hint()/>
            <Field name="site" label="With a prefix" prefix="https://" submitted=none() value="example.com"/>
            <Field name="code" label="Short" inputmode="numeric" max=20 submitted=none() hint="Six digits."/>
            <Field name="off" label="Disabled" disabled=true submitted=none() value="Not yours to change"/>
        </Form>
    }
    .rendered()
}

fn choices_of_values() -> Html {
    let options = || vec![("a".to_owned(), "First".to_owned()), ("b".to_owned(), "Second".to_owned())];
    let wrong = SubmittedForm::new(&[], &FieldErrors::one("plan", "Please choose one."));
    let none = SubmittedForm::default;
    view! {
        <Form action="/theme">
            <Select name="select" label="Select" options=options() submitted=none() value="b"/>
            <Checkbox name="check" label="Checkbox" submitted=none() checked=true/>
            <Checkbox name="switch" label="Switch" submitted=none() switch=true checked=true/>
            <Radio name="plan" label="Radio, with an error" options=options() submitted=wrong value=""/>
            <TextArea name="text" label="Text" submitted=none() value="Lines\nof text" max=500/>
            <FileField name="file" label="File" accept="image/png" submitted=none() hint="PNG, at most 1 MB."/>
        </Form>
    }
    .rendered()
}

fn cards() -> Html {
    view! {
        <Card heading="Card"><Lead>"A card has a heading and content. "<TextLink href="#main" text="A link"/></Lead></Card>
        <Empty heading="Nothing here yet" icon=LuBell><Lead>"An empty list says what will be in it."</Lead></Empty>
    }
    .rendered()
}

fn table() -> Html {
    let sort = |ascending| SortLink { href: "#main".into(), ascending };
    let columns = || {
        vec![
            Column::text("Name").sorted(sort(Some(true))),
            Column::text("Email").sorted(sort(None)),
            Column::number("Orders"),
        ]
    };
    let people = [("Ada Lovelace", "ada@example.com", 12), ("שרה לוי", "sarah@example.com", 3)];
    let rows = people
        .into_iter()
        .map(|(name, email, orders)| {
            Row::new(vec![
                view! { <Typed text=name/> }.rendered(),
                view! { <Typed text=email/> }.rendered(),
                orders.rendered(),
            ])
        })
        .collect();
    view! {
        <Table label="People" columns=columns() rows/>
        <Pager number=2 count=3 total=50 noun=("person", "people") href=|_| "#main".into()/>
    }
    .rendered()
}

fn navigation() -> Html {
    let links = [
        ("#one", "Profile"),
        ("#two", "Password"),
        ("#three", "Two-factor"),
        ("#four", "Passkeys"),
        ("#five", "Devices"),
    ];
    let filters = vec![("#all".into(), "All", true), ("#admins".into(), "Admins", false)];
    view! {
        {tabs("Example of tabs", &links, "#four")}
        {choices("Example of filters", filters)}
        <Breadcrumbs links=vec![("#main", "Users")] here="Ada Lovelace"/>
        <Search action="/dev/components" label="Search the example" words="ada".into()/>
    }
    .rendered()
}

fn dialogs() -> Html {
    let icon = ToChildren::to_children(|| view! { <Icon shape=LuSettings/> });
    view! {
        <Buttons>
            <Menu id="example-menu" label="Example menu" button=icon>
                <MenuLink href="#main" text="First"/><MenuLink href="#main" text="Second"/>
            </Menu>
            <Dialog id="example-dialog" text="Open a dialog" heading="A dialog">
                <p>"It closes by Escape and by a click outside."</p>
                <Form action="/theme"><Field name="dialog-name" label="Name" submitted=SubmittedForm::default()/></Form>
            </Dialog>
            <ConfirmedAction action="/theme" text="Delete" question="This cannot be undone." confirm="Delete it" hidden=("theme", "system".into())/>
            <ConfirmedAction action="/theme" text="Publish" question="All visitors will see it." confirm="Publish it" danger=false hidden=("theme", "light".into())/>
        </Buttons>
    }
    .rendered()
}

fn toasts() -> Html {
    let toasts: Vec<_> = [
        (Level::Info, "We sent you an email."),
        (Level::Success, "Your profile is saved."),
        (Level::Warning, "This job no longer exists."),
        (Level::Error, "The last admin cannot be removed."),
    ]
    .into_iter()
    .map(|(level, text)| view! { <Toast flash=Flash { level, text: text.into() } stays=true/> })
    .collect();
    view! { <div class="grid gap-2">{toasts}</div> }.rendered()
}

fn small() -> Html {
    let badges = [
        (Tone::Neutral, "Neutral"),
        (Tone::Primary, "Admin"),
        (Tone::Good, "This device"),
        (Tone::Warning, "Unconfirmed"),
        (Tone::Danger, "Failed"),
    ];
    let badges: Vec<_> = badges.into_iter().map(|(tone, text)| view! { <Badge text tone/> }).collect();
    let people = ["Ada Lovelace", "Grace", "שרה לוי", "👩‍👩‍👧‍👦", "…", "Niels Bohr"];
    let avatars: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(id, name)| view! { <Avatar name=(*name).into() id=id.to_string()/> })
        .collect();
    view! {
        <Banner label="Example of a warning" tone=Tone::Warning><p>"Confirm your address."</p></Banner>
        <Banner label="Example of a danger" tone=Tone::Danger><p>"Your account will be deleted."</p></Banner>
        <Buttons>{badges}</Buttons>
        <Buttons>{avatars}</Buttons>
        <Buttons><Icon shape=LuUser/><Icon shape=LuMail/><Icon shape=LuBell/></Buttons>
    }
    .rendered()
}

fn charts() -> Html {
    let points =
        || -> Vec<Point> { (1..=30).map(|day: i64| (format!("{day} Jun"), day * day % 17)).collect() };
    view! {
        <div class="tiles">
            <Stat href="#main" value="1,204" text="Users"/>
            <Stat href="#main" value="3" text="Failed emails" warns=true/>
            <Card><BarChart heading="Sign-ups" points=points()/></Card>
            <Card><LineChart heading="Active users" href="#main" points=points()/></Card>
        </div>
    }
    .rendered()
}

fn states() -> Html {
    view! {
        <p><Timestamp at=1_800_000_000_000/></p>
        <Progress label="Upload" value=60 max=100/>
        <Skeleton/>
        <Skeleton class="h-24 w-1/2"/>
    }
    .rendered()
}
