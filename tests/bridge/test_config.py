"""Settings that make no sense are told by name; the later source goes before the earlier."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.bootstrap import Access, build
from bridge.capabilities import FOLLOWED
from bridge.chain import deployment as deployments
from bridge.config import Config, read
from bridge.errors import BadConfiguration, Halt, WrongChain, WrongDeployment, WrongKey
from bridge.house import find_house
from tests.world import World


def test_command_line_goes_before_environment_before_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('stream = "file"\ndb = "file"\nidle_seconds = 1\n')
    environment = {"INTERLOCK_DB": "environment", "INTERLOCK_STREAM": "environment"}
    config = read({"stream": "line", "attester": None}, environment, file)
    assert (config.stream, config.db, config.idle_seconds) == ("line", "environment", 1.0)
    assert config.attester == ""


def test_several_nodes_may_be_named() -> None:
    one = read({}, {"INTERLOCK_RPC": "http://a,http://b"}, None)
    assert one.rpc_urls("http://c") == ("http://a", "http://b")
    assert read({}, {}, None).rpc_urls("http://c") == ("http://c",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("finality", "soon"),
        ("finality", -1),
        ("in_flight", 0),
        ("in_flight", 1_001),
        ("in_flight", "many"),
        ("idle_seconds", "x"),
        ("idle_seconds", -0.5),
        ("anchor_wait_seconds", "nan"),
        ("anchor_wait_seconds", "inf"),
        ("rpc", 5),
        ("keystores", 5),
        ("audit_age_seconds", -1),
        ("keys_in", "pocket"),
        ("signer_ca_file", 5),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: Any) -> None:
    with pytest.raises(BadConfiguration, match=name):
        read({name: value}, {}, None)


def test_an_unknown_setting_and_a_file_that_is_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="unknown settings colour"):
        read({"colour": "red"}, {}, None)
    with pytest.raises(BadConfiguration, match="no settings file"):
        read({}, {}, tmp_path / "none.toml")
    for content in (b"not = = toml", b"\xff\xfe\x00"):
        file = tmp_path / "bad.toml"
        file.write_bytes(content)
        with pytest.raises(BadConfiguration, match="is not TOML"):
            read({}, {}, file)
    with pytest.raises(BadConfiguration, match="is not TOML"):
        read({}, {}, tmp_path)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"contracts": []}', '{"contracts": {"Tenders": 1}}']
)
def test_a_file_that_is_no_deployment_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "deployment.json"
    file.write_text(content)
    with pytest.raises(BadConfiguration, match="is not a deployment file"):
        deployments.load(file)


OF_CONSENSUS = {"consensus": "qbft", "finality": 0, "validators": ["0x" + "11" * 20]}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"consensus": None}, r"does not say consensus: write .consensus.: .development."),
        ({"finality": None, "validators": None}, "does not say finality, validators: write"),
        ({"consensus": "raft"}, "'raft', which is none of development, ethereum, clique, ibft"),
        ({"finality": -1}, "and the finality -1"),
        ({"finality": 12}, "a block that is sealed stays, write 0"),
        ({"validators": []}, "no validators: whoever seals its blocks cannot be told"),
        ({"validators": 7}, "is not a deployment file"),
    ],
)
def test_a_file_that_does_not_say_how_its_chain_agrees_is_told_what_to_write(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    file = tmp_path / "deployment.json"
    whole = {"network": "n", "chainId": 4, "rpcUrl": "", "genesisHash": "0x", "startBlock": 1}
    whole |= {"contracts": {}, "posts": {}, **OF_CONSENSUS}
    file.write_text(json.dumps(whole))
    assert deployments.load(file).validators == ("0x" + "11" * 20,)
    file.write_text(json.dumps({k: v for k, v in (whole | changed).items() if v is not None}))
    with pytest.raises(BadConfiguration, match=said):
        deployments.load(file)


def test_a_deployment_file_that_is_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="no deployment file at"):
        deployments.load(tmp_path / "none.json")
    with pytest.raises(BadConfiguration, match="is not a deployment file"):
        deployments.load(tmp_path)


def test_a_deployment_without_one_of_the_contracts_is_told(world: World, tmp_path: Path) -> None:
    kept = {n: d for n, d in world.deployment.contracts.items() if n != "Tenders"}
    path = tmp_path / "part.json"
    deployments.save(_with(world, contracts=kept), path)
    with pytest.raises(BadConfiguration, match="lacks the contracts Tenders"):
        deployments.load(path).addresses(FOLLOWED)


@pytest.mark.parametrize(
    "db",
    [
        "nonsense",
        "sqlite:////nowhere/at/all/x.db",
        "postgresql+psycopg://user:secret@127.0.0.1:9/none",
        "nosuchdialect://x",
        "file",
    ],
)
def test_a_database_that_cannot_be_opened_is_told_without_its_password(
    world: World, db: str
) -> None:
    if db == "file":
        (world.home / "text.db").write_text(
            "this is not a database, it is a text of some length" * 20
        )
        db = f"sqlite:///{world.home / 'text.db'}"
    told = refusal(world, db=db)
    assert isinstance(told, BadConfiguration)
    assert "cannot open the database" in str(told)
    assert "secret" not in str(told)


def _with(world: World, **changed: Any) -> deployments.Deployment:
    return replace(world.deployment, **changed)


def refusal(world: World, deployment: deployments.Deployment | None = None, **changed: Any) -> Halt:
    """Why a bridge with these settings does not even start."""
    if deployment is not None:
        path = world.home / "other.json"
        deployments.save(deployment, path)
        changed["deployment"] = path
    with pytest.raises(Halt) as told:
        build(replace(world.config, **changed))
    return told.value


def test_a_wrong_chain_and_a_chain_started_anew_are_told(world: World) -> None:
    wrong_id = refusal(world, _with(world, chain_id=4))
    assert isinstance(wrong_id, WrongChain | WrongDeployment)
    fresh = {"db": f"sqlite:///{world.home / 'new.db'}"}
    assert isinstance(refusal(world, _with(world, chain_id=4), **fresh), WrongChain)
    anew = refusal(world, _with(world, genesis_hash="0x" + "00" * 32), **fresh)
    assert isinstance(anew, WrongChain)
    assert "deploy anew" in str(anew)


def test_a_database_of_another_deployment_is_told(world: World) -> None:
    moved = dict(world.deployment.contracts)
    moved["Tenders"] = (replace(moved["Tenders"][0], address="0x" + "11" * 20),)
    told = refusal(world, _with(world, contracts=moved))
    assert isinstance(told, WrongDeployment)
    assert "belongs to another deployment: its contracts" in str(told)
    assert isinstance(refusal(world, stream="another"), WrongDeployment)
    assert "its consensus is development" in str(refusal(world, _with(world, consensus="ethereum")))


def test_keys_that_do_not_fit_are_told(world: World, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert isinstance(refusal(world, keystores=empty), WrongKey)
    assert isinstance(refusal(world, attester="0x" + "11" * 20), WrongKey)
    assert "no password file is set" in str(refusal(world, password_file=None))
    assert "cannot read the password file" in str(refusal(world, password_file=tmp_path / "none"))
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong\n")
    told = refusal(world, password_file=wrong)
    assert isinstance(told, WrongKey)
    assert "does not open" in str(told)


@pytest.mark.parametrize("content", ["[]", "{}", "no json", '"text"'])
def test_an_attesters_keystore_that_is_none_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "attester.json").write_text(content)
    with pytest.raises(WrongKey, match="no attester"):
        find_house(Config(keystores=tmp_path))


def test_looking_at_a_database_that_no_bridge_ever_used_creates_nothing(
    world: World, tmp_path: Path
) -> None:
    config = replace(world.config, db=f"sqlite:///{tmp_path / 'new.db'}")
    for access in (Access.READ, Access.LOOK):
        with pytest.raises(WrongDeployment):
            build(config, access=access)
    assert not (tmp_path / "new.db").exists()
