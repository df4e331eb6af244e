//! `cargo xtask dist --try`: the package is installed on this machine, its server run as its unit has it, imported
//! through, and all of it is removed again.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::deb::SERVICE;
use crate::run::{quiet, say, step, succeeds};
use crate::test::cargo_test;

const PROGRAM: &str = "/usr/bin/muster_server";
const CONFIGURATION: &str = "/etc/muster";
const DATA: &str = "/var/lib/muster";
const USER: &str = "muster";
const UNIT: &str = "muster.service";
/// How long anybody waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Does all of it.
pub(super) fn run(root: &Path, package: &Path) -> anyhow::Result<()> {
    let root_user = quiet(Command::new("id").arg("-u"))?;
    ensure!(
        root_user.trim() == "0",
        "Only root may install a package: run this again as root."
    );
    for path in [PROGRAM, CONFIGURATION, DATA] {
        ensure!(
            !Path::new(path).exists(),
            "{path} is there already: this is tried where nobody has installed Muster."
        );
    }
    let mut installed = step("installing the package", || Installed::new(package))?;
    let result = installed.check(root);
    step("removing the package", || installed.remove())?;
    result?;
    say("The package installs, runs as its own user on read-only mounts, and imports.");
    Ok(())
}

/// What is on the machine for a while.
struct Installed {
    had_user: bool,
    server: Option<Child>,
}

impl Installed {
    fn new(package: &Path) -> anyhow::Result<Self> {
        let installed = Self {
            had_user: succeeds(Command::new("id").arg(USER)),
            server: None,
        };
        // With what it depends on.
        quiet(
            Command::new("apt-get")
                .args(["install", "--yes", "--no-install-recommends"])
                .arg(package)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
        Ok(installed)
    }

    fn check(&mut self, root: &Path) -> anyhow::Result<()> {
        let (port, secret) = (free_port()?, secret()?);
        let told = format!("MUSTER_PORT={port}\nMUSTER_JWT_SECRET={secret}\n");
        fs::write(Path::new(CONFIGURATION).join("muster.env"), told)?;
        step("starting its server", || self.start(port))?;
        step("looking at what it may do", || self.look())?;
        step("importing through it", || {
            let address = format!("http://127.0.0.1:{port}");
            let mut test = cargo_test(root);
            test.args(["--test", "api", "installed", "--", "--ignored"])
                .env("MUSTER_INSTALLED", address)
                .env("MUSTER_INSTALLED_SECRET", secret);
            let said = quiet(&mut test)?;
            ensure!(said.contains("test result: ok. 1 passed"), "{said}");
            Ok(())
        })?;
        step("stopping it", || self.stop())
    }

    /// As the unit has it: by systemd where that runs, else with the same user, mounts and bounds.
    fn start(&mut self, port: u16) -> anyhow::Result<()> {
        if has_systemd() {
            quiet(Command::new("systemctl").args(["start", UNIT]))?;
        } else {
            self.server = Some(alone()?);
        }
        let patience = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(server) = &mut self.server {
                let ended = server.try_wait()?;
                ensure!(ended.is_none(), "the server ended: {ended:?}");
            }
            ensure!(Instant::now() < patience, "the server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn process(&self) -> anyhow::Result<u32> {
        if let Some(server) = &self.server {
            return Ok(server.id());
        }
        let show = ["show", "--property=MainPID", "--value", UNIT];
        let process = quiet(Command::new("systemctl").args(show))?;
        process.trim().parse().context("a service without process")
    }

    /// It is its own user's, can become nobody else, and may write its folder only.
    fn look(&self) -> anyhow::Result<()> {
        let process = self.process()?;
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let user = quiet(Command::new("id").args(["-u", USER]))?;
        let user = user.trim();
        for line in [
            format!("Uid:\t{user}\t{user}\t{user}\t{user}"),
            "CapEff:\t0000000000000000".into(),
            "CapBnd:\t0000000000000000".into(),
            "NoNewPrivs:\t1".into(),
        ] {
            ensure!(
                status.lines().any(|known| known == line),
                "not {line}: {status}"
            );
        }
        let may_write = |path: &str| {
            let mut command = Command::new("nsenter");
            command.args(["--target", &process.to_string(), "--mount"]);
            command.args(["setpriv", "--reuid", USER, "--regid", USER]);
            succeeds(command.args(["--clear-groups", "test", "-w", path]))
        };
        ensure!(may_write(DATA), "it may not write {DATA}");
        let file = format!("{CONFIGURATION}/muster.toml");
        for path in ["/", "/usr/bin", "/var", "/var/tmp/..", CONFIGURATION, &file] {
            ensure!(!may_write(path), "it may write {path}");
        }
        let others = quiet(Command::new("find").args([DATA, "!", "-user", USER]))?;
        ensure!(others.is_empty(), "not its own: {others}");
        let open = quiet(Command::new("find").args([DATA, "-perm", "/077"]))?;
        ensure!(open.is_empty(), "others may read {open}");
        Ok(())
    }

    /// By SIGTERM, and it has to end well.
    fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut server) = self.server.take() else {
            quiet(Command::new("systemctl").args(["stop", UNIT]))?;
            let show = ["show", "--property=Result", "--value", UNIT];
            let result = quiet(Command::new("systemctl").args(show))?;
            ensure!(result.trim() == "success", "it ended with {result}");
            return Ok(());
        };
        quiet(Command::new("kill").arg(server.id().to_string()))?;
        let status = server.wait()?;
        ensure!(
            status.success(),
            "it ended with {status}, signal {:?}",
            status.signal()
        );
        Ok(())
    }

    /// As if nothing had been.
    fn remove(mut self) -> anyhow::Result<()> {
        if let Some(server) = &mut self.server {
            // It may be gone already.
            let _ = server.kill();
            let _ = server.wait();
        }
        quiet(
            Command::new("apt-get")
                .args(["purge", "--yes", "muster"])
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
        for folder in [CONFIGURATION, DATA] {
            if Path::new(folder).exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        if !self.had_user {
            quiet(Command::new("userdel").arg(USER))?;
        }
        ensure!(!Path::new(PROGRAM).exists(), "{PROGRAM} is still there");
        Ok(())
    }
}

fn has_systemd() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

/// What a line of the unit says.
fn unit(key: &str) -> anyhow::Result<&'static str> {
    let line = SERVICE
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    line.with_context(|| format!("the unit has no {key}"))
}

/// Starts the program where there is no systemd: read-only mounts but for its folder, no homes, its own user without
/// any capability, and nothing of our environment.
fn alone() -> anyhow::Result<Child> {
    let (user, mask, program) = (unit("User")?, unit("UMask")?, unit("ExecStart")?);
    let mounts = format!(
        "umask {mask}; mount --bind {DATA} {DATA}; mount -t tmpfs tmpfs /tmp; mount -t tmpfs -o mode=000 tmpfs /root; \
         mount -o remount,bind,ro /; \
         exec setpriv --reuid={user} --regid={user} --init-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
         {program}"
    );
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--propagation=private", "sh", "-ec", &mounts])
        .current_dir("/")
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null());
    let file = fs::read_to_string(Path::new(CONFIGURATION).join("muster.env"))?;
    for pair in unit("Environment")?.split(' ').chain(file.lines()) {
        let (name, value) = pair.split_once('=').context("a variable without value")?;
        command.env(name, value);
    }
    command.spawn().context("cannot run unshare")
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Random, as long as it has to be.
fn secret() -> anyhow::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/uuid")?
        .trim()
        .to_owned())
}
