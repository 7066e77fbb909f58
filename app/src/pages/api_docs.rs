//! GET /api/docs: the operations of the API, from its OpenAPI document.

use crate::api::openapi::document_for;
use leptos::prelude::*;
use serde_json::{Map, Value};
use server::rate_limits::API_REQUESTS_AT_ONCE;
use ui::brand::PERSONAL_TOKEN_PREFIX;
use ui::components::{Card, Column, Lead, PageShell, Row, Small, Table, TextLink};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

pub async fn docs(cx: Cx) -> PageResult {
    let example = format!(
        "curl --header \"Authorization: Bearer {PERSONAL_TOKEN_PREFIX}…\" {}api/account/me",
        cx.config.public_url
    );
    let limits = format!(
        "Bodies of requests and responses are JSON. The response to a failed request is an object ProblemDetails. One token \
         may send {API_REQUESTS_AT_ONCE} requests at once, and then one each second. The headers RateLimit and \
         Retry-After say what is left."
    );
    let document = document_for(&cx.config);
    let operations: Vec<_> = entries(&document["paths"])
        .flat_map(|(path, item)| entries(item).map(move |(method, one)| operation(method, path, one)))
        .collect();
    let schemas: Vec<_> =
        entries(&document["components"]["schemas"]).map(|(name, schema)| object(name, schema)).collect();
    page(
        "API",
        view! {
            <PageShell heading="API">
                <Card heading="How to use it">
                    <p>"Create an access token on "<TextLink href="/account/tokens" text="your account page"/>", and send it with each request:"</p>
                    <p><code class="font-mono">{example}</code></p>
                    <p>{limits}</p>
                    <p>"For tools: "<TextLink href="/api/openapi.json" text="the same as an OpenAPI document"/>"."</p>
                </Card>
                {operations}
                {schemas}
            </PageShell>
        },
    )
}

fn operation(method: &'static str, path: &'static str, one: &'static Value) -> Html {
    let scope = one["security"][0]["token"][0].as_str();
    let scope = scope.map_or("It needs no token.".to_owned(), |scope| format!("It needs the scope {scope}."));
    let body = &one["requestBody"]["content"]["application/json"]["schema"];
    let body = type_of(body).map(|name| view! { <p>"The body is an object "{name}"."</p> });
    let parameters = one["parameters"].as_array().into_iter().flatten().map(|one| {
        let required = if one["required"] == true { "yes" } else { "no" };
        row([text(&one["name"]), text(&one["in"]), required, text(&one["description"])])
    });
    let responses = entries(&one["responses"]).map(|(status, response)| {
        let content = entries(&response["content"]).next().map(|(_, content)| &content["schema"]);
        row([status, text(&response["description"]), content.and_then(type_of).unwrap_or("")])
    });
    let (parameters, responses): (Vec<_>, Vec<_>) = (parameters.collect(), responses.collect());
    let parameters = (!parameters.is_empty()).then(|| {
        let columns = ["Name", "In", "Required", "Meaning"].map(Column::text).into();
        view! { <Table label="Parameters" columns rows=parameters/> }
    });
    let columns = ["Status", "Meaning", "Object"].map(Column::text).into();
    view! {
        <Card heading=text(&one["summary"])>
            <p><code class="font-mono">{method.to_uppercase()}" "{path}</code></p>
            <Lead>{text(&one["description"])}" "{scope}</Lead>
            {body}
            {parameters}
            <Table label="Responses" columns rows=responses/>
        </Card>
    }
    .rendered()
}

fn object(name: &'static str, schema: &'static Value) -> Html {
    let rows = entries(&schema["properties"]).map(|(name, one)| {
        let kind = type_of(one).or_else(|| type_of(&one["items"])).unwrap_or("");
        row([name, kind, text(&one["description"])])
    });
    let (columns, rows) = (["Name", "Type", "Meaning"].map(Column::text).into(), rows.collect());
    view! {
        <Card heading=name>
            <Small>{text(&schema["description"])}</Small>
            <Table label=name columns rows/>
        </Card>
    }
    .rendered()
}

/// The name of a schema, or its type in JSON.
fn type_of(schema: &'static Value) -> Option<&'static str> {
    let reference = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    reference.or(schema["type"].as_str()).or(schema["type"][0].as_str())
}

fn row<const N: usize>(cells: [&'static str; N]) -> Row {
    Row::new(cells.into_iter().map(Rendered::rendered).collect())
}

fn text(value: &'static Value) -> &'static str {
    value.as_str().unwrap_or_default()
}

fn entries(object: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    object.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}
