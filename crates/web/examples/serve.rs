//! Runs the pages over a fresh directory that is thrown away: `cargo run -p hakutaku-web --example serve [PORT]`.

use hakutaku_store::{DatabaseUrl, OpenOptions, Store};
use hakutaku_web::{AppState, begin_setup, router};
use std::net::SocketAddr;
use url::Url;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).map_or(Ok(8787), |port| port.parse())?;
    let folder = tempfile::tempdir()?;
    let store = Store::open(OpenOptions { data: folder.path().to_owned(), database: DatabaseUrl::Sqlite }).await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = Url::parse(&format!("http://localhost:{}/", listener.local_addr()?.port()))?;
    let app = AppState::new(store.clone(), hakutaku_catalog::embedded()?, url, false)?;
    if let Some(token) = begin_setup(&store, app.now()).await? {
        println!("{}", app.link(&format!("/setup?token={token}")));
    }
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}
