//! The default command: serves the product until a stop signal, with its workers and maintenance.

use crate::{CLOSE_TIMEOUT, Stop, bench};
use app::routes::{routes, unlisted};
use axum::Router;
use leptos::config::LeptosOptions;
use server::config::Site;
use server::{Config, Db};
use std::error::Error as AnyError;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use web::maintenance;
use web::worker::{WORKERS, Worker};

const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(20);

pub async fn serve(
    db: &Db,
    config: Config,
    stop: Stop,
    with_bare_routes: bool,
) -> Result<(), Box<dyn AnyError>> {
    let (limits, keys, address) = (config.limits, config.session_keys.clone(), config.site.address);
    let worker = Worker::new(db.clone(), &config);
    let mut product = product(db, config)?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("LEPTOS_SITE_ADDR: cannot listen at {address}: {error}"))?;
    tracing::info!("listening at http://{address}");
    if with_bare_routes {
        product = bench::with_bare_routes(product).await?;
    }
    let maintenance = tokio::spawn(maintenance::run_forever(db.clone(), limits, keys));
    let (stop_workers, stopped) = watch::channel(false);
    let workers: JoinSet<()> = (0..WORKERS).map(|_| worker.clone().work(stopped.clone())).collect();
    answer(listener, product, stop).await?;
    maintenance.abort();
    let _all_stopped = stop_workers.send(true);
    let _done_or_not = tokio::time::timeout(CLOSE_TIMEOUT, workers.join_all()).await;
    Ok(())
}

fn product(db: &Db, config: Config) -> Result<Router, Box<dyn AnyError>> {
    let unlisted = unlisted(&routes()).join(", ");
    if !unlisted.is_empty() {
        return Err(format!("No rule says who may use {unlisted}: list it in app/src/routes.rs.").into());
    }
    tracing::info!("serving {}", config.public_url);
    let leptos = leptos_options(&config.site);
    Ok(web::router::router(db.clone(), config, leptos))
}

/// Not Leptos's own reading of the environment: it would accept no host name, and not name the wrong setting.
fn leptos_options(site: &Site) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(site.output_name.clone())
        .site_root(site.root.clone())
        .site_pkg_dir(site.package_folder.clone())
        .site_addr(site.address)
        .reload_port(site.reload_port)
        .build()
}

async fn answer(listener: TcpListener, product: Router, asked: Stop) -> Result<(), Box<dyn AnyError>> {
    let service = product.into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopping) = oneshot::channel();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        asked.await;
        let _ended_already = stop.send(());
    });
    tokio::select! {
        served = serving => served?,
        // A browser with an open connection must not keep the program from ending.
        () = async { drop(stopping.await); tokio::time::sleep(SHUTDOWN_TIMEOUT).await } => {}
    }
    Ok(())
}

pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    drop(interrupt.await);
}
