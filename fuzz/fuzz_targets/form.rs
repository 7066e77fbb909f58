//! Any bytes as the body of a form: never a 500, whichever server function gets them.
#![no_main]

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use leptos::config::LeptosOptions;
use libfuzzer_sys::fuzz_target;
use program::router::router;
use server::Config;
use server::live::Live;
use server::testing::TestDb;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

struct Product {
    runtime: Runtime,
    site: Router,
    paths: Vec<&'static str>,
    _db: TestDb,
}

static PRODUCT: LazyLock<Product> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let db = runtime.block_on(TestDb::sqlite());
    let leptos = LeptosOptions::builder().output_name("app").site_root("nowhere").build();
    let config = Config::for_tests(&[]);
    let live = Live::new((*db).clone(), config.limits, config.session_keys, None);
    let site = router((*db).clone(), Config::for_tests(&[]), leptos, live, app::all_routes());
    let actions = app::routes::routes().into_iter().filter(|route| route.method == "POST");
    let paths = actions.map(|route| route.path).collect();
    Product { runtime, site, paths, _db: db }
});

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let path = PRODUCT.paths[usize::from(*first) % PRODUCT.paths.len()];
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_vec()))
        .expect("a request");
    let answer = PRODUCT.runtime.block_on(PRODUCT.site.clone().oneshot(request));
    assert!(answer.is_ok_and(|answer| answer.status().as_u16() < 500));
});
