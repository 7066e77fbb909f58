//! The default command: serves the product until a stop signal, with its workers and maintenance.

use crate::accept;
use crate::bench;
use crate::connections::Connections;
use crate::cookie_settings::cookie_mistakes;
use crate::maintenance;
use crate::router::router;
use crate::supervise::supervise;
use crate::worker::{WORKERS, Worker};
use axum::Router;
use leptos::config::LeptosOptions;
use server::audit::Action;
use server::config::Site;
use server::live::Live;
use server::live::bus::transport;
use server::{Config, Db};
use std::error::Error as AnyError;
use std::io;
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use ui::Routes;

pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Completes at SIGTERM or Ctrl-C.
pub type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

const NO_MAIL_SERVER: &str = "SMTP_URL names no mail server, so no email is sent: users cannot confirm an address or \
    reset a password. Emails wait, most of them for a week, log-in links for 15 minutes, and are then deleted. Other \
    jobs wait too.";

pub async fn serve(
    db: &Db,
    config: Config,
    stop: Stop,
    routes: Routes,
    with_bare_routes: bool,
) -> Result<(), Box<dyn AnyError>> {
    let address = config.site.address;
    let connections = Connections::new(config.trusted_proxies.clone());
    let transport = if config.live_tabs { transport(&config.bus, db)? } else { None };
    let live = Live::new(db.clone(), config.limits, config.session_keys.clone(), transport);
    let mut product = product(db, config.clone(), live.clone(), routes)?;
    let listener = accept::listen(address)
        .map_err(|error| format!("LEPTOS_SITE_ADDR or PORT: cannot listen at {address}: {error}"))?;
    tracing::info!("listening at http://{address}");
    if !config.mail.can_send() {
        tracing::warn!("{NO_MAIL_SERVER}");
    }
    if with_bare_routes {
        product = bench::with_bare_routes(product, live.clone()).await?;
    }
    // The workers start last: if the start failed after them, an interrupted email would be sent twice.
    let (stop_tasks, stopped) = watch::channel(false);
    let mut tasks = background_tasks(db, &config, &stopped);
    let (running, stop_live) = (live.clone(), stopped.clone());
    let start = move || running.clone().run(stop_live.clone());
    tasks.spawn(supervise(db.clone(), Action::RestartedLiveTabs, stopped.clone(), start));
    let stop = async move {
        stop.await;
        // An open stream would keep the program from ending.
        live.close();
    };
    accept::until(stop, listener, product, connections).await;
    let _all_stopped = stop_tasks.send(true);
    let _done_or_not = tokio::time::timeout(CLOSE_TIMEOUT, tasks.join_all()).await;
    Ok(())
}

/// Maintenance and the workers, until `stopped` is true.
fn background_tasks(db: &Db, config: &Config, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (task_db, own_config, stop) = (db.clone(), config.clone(), stopped.clone());
    let start = move || maintenance::run(task_db.clone(), own_config.clone(), stop.clone());
    tasks.spawn(supervise(db.clone(), Action::RestartedMaintenance, stopped.clone(), start));
    let worker = Worker::new(db.clone(), config);
    for _ in 0..WORKERS {
        let (worker, stop) = (worker.clone(), stopped.clone());
        let start = move || worker.clone().work(stop.clone());
        tasks.spawn(supervise(db.clone(), Action::RestartedWorker, stopped.clone(), start));
    }
    tasks
}

fn product(db: &Db, config: Config, live: Live, routes: Routes) -> Result<Router, Box<dyn AnyError>> {
    let unlisted = routes.unlisted().join(", ");
    if !unlisted.is_empty() {
        return Err(format!("No rule says who may use {unlisted}: list it in app/src/routes.rs.").into());
    }
    let mistakes = cookie_mistakes(&config, &routes.pages);
    if !mistakes.is_empty() {
        return Err(format!("These settings are wrong (see .env.example):\n{mistakes}").into());
    }
    tracing::info!("serving {}", config.public_url);
    let leptos = leptos_options(&config.site);
    Ok(router(db.clone(), config, leptos, live, routes))
}

/// Leptos does not read the environment itself: it would accept no host name, and would not name a wrong setting.
fn leptos_options(site: &Site) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(site.output_name.clone())
        .site_root(site.root.clone())
        .site_pkg_dir(site.package_folder.clone())
        .site_addr(site.address)
        .reload_port(site.reload_port)
        .build()
}

/// Signals are received from now on, also before the future is polled. Otherwise process 1 would ignore them.
pub fn stop_signal() -> io::Result<Stop> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Box::pin(async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        }))
    }
    #[cfg(not(unix))]
    Ok(Box::pin(async { drop(tokio::signal::ctrl_c().await) }))
}
