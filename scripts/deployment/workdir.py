"""A folder that holds one system's database, keys and settings. Only what we made is ever removed."""

from __future__ import annotations

import shutil
from pathlib import Path

from bridge.chain import keys
from bridge.errors import BadConfiguration

MARKER = ".interlock-home"
SECRET_MODE = 0o600
HOME_MODE = 0o700


def fresh(home: Path) -> Path:
    """Makes the folder, or empties it if our marker file is in it. Raises BadConfiguration when it is not ours."""
    home = home.resolve()
    if home.exists() and any(home.iterdir()):
        if not (home / MARKER).exists():
            raise BadConfiguration(
                f"{home} is not empty and not a home of ours: name another with --home"
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(HOME_MODE)  # its database holds the salts of every document
    (home / MARKER).write_text("made by interlock; removed and made anew at each start\n")
    return home


def write_keys(
    home: Path, password: str, named: dict[str, str], scrypt_work: int | None = None
) -> tuple[Path, Path]:
    """Writes a keystore for each named key, and the password file; returns the folder of keystores and that file."""
    folder, password_file = home / "keys", home / "password"
    password_file.touch(mode=SECRET_MODE)
    password_file.write_text(password)
    for name, key in named.items():
        keys.create(
            folder / f"{name}.json", password, bytes.fromhex(key.removeprefix("0x")), scrypt_work
        )
    return folder, password_file


def write_settings(home: Path, settings: dict[str, str | float]) -> Path:
    """Writes interlock.toml with these settings and returns its path."""
    lines = []
    for name, value in settings.items():
        text = f'"{value}"' if isinstance(value, str) else str(value)
        lines.append(f"{name} = {text}")
    path = home / "interlock.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
