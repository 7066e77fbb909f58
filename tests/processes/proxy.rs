//! A network between the product and one of its servers that can be cut, slowed down and restored.

use super::{SOON, free_address};
use server::config::for_tests::redis_url;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    /// Whether connections are ended and refused.
    is_cut: bool,
    /// Whether connections stay open and silent.
    is_silent: bool,
    /// Delay of each packet.
    delay: Duration,
    /// Connections from before the last increment stay silent for good.
    generation: u32,
}

/// A proxy in front of one server.
pub struct Proxy {
    /// `DATABASE_URL`, `SESSION_DATA_REDIS_URL` or `BUS_URL` through this network.
    pub setting: String,
    state: watch::Sender<State>,
}

impl Proxy {
    pub async fn before_redis() -> Self {
        let url: url::Url = redis_url().parse().unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(6379));
        Self::before_server(server, |port| format!("redis://127.0.0.1:{port}")).await
    }

    pub async fn before_nats() -> Self {
        Self::before_server(("127.0.0.1".into(), 4222), |port| format!("nats://127.0.0.1:{port}")).await
    }

    pub(super) async fn before_server(server: (String, u16), setting: impl FnOnce(u16) -> String) -> Self {
        let here = free_address();
        let (state, watching) = watch::channel(State::default());
        let listener = TcpListener::bind(here).await.unwrap();
        tokio::spawn(listen(here, listener, server, watching));
        Self { setting: setting(here.port()), state }
    }

    /// Ends all connections and refuses new ones.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.is_cut = true);
    }

    /// Forwards nothing, and ends no connection.
    pub fn fall_silent(&self) {
        self.state.send_modify(|state| state.is_silent = true);
    }

    /// Delays everything by this time.
    pub fn slow_down(&self, delay: Duration) {
        self.state.send_modify(|state| state.delay = delay);
    }

    /// Works again and forwards what waited.
    pub fn put_back(&self) {
        self.state.send_modify(|state| *state = State { generation: state.generation, ..State::default() });
    }

    /// Works again for new connections. The existing ones stay open and silent for good.
    pub fn put_back_and_forget(&self) {
        self.state
            .send_modify(|state| *state = State { generation: state.generation + 1, ..State::default() });
    }
}

type Watching = watch::Receiver<State>;

async fn listen(here: SocketAddr, first: TcpListener, server: (String, u16), mut watching: Watching) {
    let mut listener = Some(first);
    loop {
        let listening = match listener.take() {
            Some(first) => first,
            None => bind_again(here).await,
        };
        accept(&listening, &server, &mut watching).await;
        drop(listening);
        if watching.wait_for(|state| !state.is_cut).await.is_err() {
            return;
        }
    }
}

/// Another test may hold the port for a moment: `free_address` binds each port that it tries.
async fn bind_again(here: SocketAddr) -> TcpListener {
    let began = Instant::now();
    loop {
        match TcpListener::bind(here).await {
            Err(error) if error.kind() == ErrorKind::AddrInUse && began.elapsed() < SOON => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            bound => return bound.unwrap(),
        }
    }
}

/// Accepts connections until the network is cut.
async fn accept(listener: &TcpListener, server: &(String, u16), watching: &mut Watching) {
    let mut cut = watching.clone();
    let cut = cut.wait_for(|state| state.is_cut);
    tokio::pin!(cut);
    loop {
        tokio::select! {
            _ = &mut cut => return,
            Ok((client, _)) = listener.accept() => {
                tokio::spawn(carry(client, server.clone(), watching.clone()));
            }
        }
    }
}

async fn carry(client: TcpStream, server: (String, u16), mut watching: Watching) {
    let generation = watching.borrow().generation;
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (there, back) = (watching.clone(), watching.clone());
    tokio::select! {
        _ = pass(&mut from_client, &mut to_server, there, generation) => {}
        _ = pass(&mut from_server, &mut to_client, back, generation) => {}
        _ = watching.wait_for(|state| state.is_cut) => {}
    }
}

async fn pass(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    mut watching: Watching,
    generation: u32,
) -> Option<()> {
    let mut packet = vec![0; 16 * 1024];
    loop {
        let length = from.read(&mut packet).await.ok().filter(|length| *length > 0)?;
        let passes = |state: &State| !state.is_silent && state.generation == generation;
        let delay = watching.wait_for(passes).await.ok()?.delay;
        tokio::time::sleep(delay).await;
        to.write_all(&packet[..length]).await.ok()?;
    }
}
