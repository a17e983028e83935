"""Which post the bridge holds, and whether it still does: records name posts, so that keys may change while they run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from bridge.capabilities.model import Posts
from bridge.capabilities.participants import holder_of
from bridge.chain.deployment import Deployment, NamedPost
from bridge.chain.gateway import Gateway
from bridge.config import Config
from bridge.errors import BadConfiguration, NodeIncomplete, NodeUnavailable, WrongKey

VACANT = "0x" + "00" * 20


def named(config: Config, deployment: Deployment) -> dict[str, NamedPost]:
    """The attester's posts that come into question, by name: the one of the settings, or all. Raises BadConfiguration."""
    if not config.post:
        return deployment.posts_of("ATTESTER")
    post = deployment.post(config.post)
    if post.office != "ATTESTER":
        raise BadConfiguration(
            f"{config.post!r} is a post of {post.office}: name an attester's with --post"
        )
    return {config.post: post}


def held(
    gateway: Gateway, candidates: Mapping[str, NamedPost], attester: str, deployment: Deployment
) -> int:
    """Number of the post that the attester's key holds. Raises WrongKey for none, BadConfiguration for several."""
    holders = holders_of(gateway, candidates)
    mine = [name for name, holder in holders.items() if holder == attester]
    if not mine:
        told = "; ".join(f"{name!r} is held by {_told(holder)}" for name, holder in holders.items())
        raise WrongKey(
            f"the attester's key {attester} holds no post of deployment {deployment.network}: "
            f"{told or 'it has none of an attester'}. Put the holder's keystore there, or hand the post over to this key "
            "(docs/deployments.md)"
        )
    if len(mine) > 1:
        raise BadConfiguration(
            f"the attester's key {attester} holds {len(mine)} posts, {' and '.join(map(repr, mine))}: "
            "name the one of this bridge with --post"
        )
    return candidates[mine[0]].id


def holders_of(gateway: Gateway, candidates: Mapping[str, NamedPost]) -> dict[str, str]:
    """Who holds these posts now, by the posts' names."""
    answers = gateway.views([holder_of(post.id) for post in candidates.values()])
    return {name: str(a[0]).lower() for name, a in zip(candidates, answers, strict=True)}


def arbiter_of(config: Config, deployment: Deployment) -> int:
    """Number of the arbiter's post that new orders name: that of the settings, or the first of the file; 0 without one.

    Raises BadConfiguration when the settings name a post that is no arbiter's.
    """
    if config.arbiter:
        post = deployment.post(config.arbiter)
        if post.office != "ARBITER":
            raise BadConfiguration(
                f"{config.arbiter!r} is a post of {post.office}: name an arbiter's with --arbiter"
            )
        return post.id
    return next((post.id for post in deployment.posts_of("ARBITER").values()), 0)


def find(
    config: Config, deployment: Deployment, gateway: Gateway, attester: str, *, sure: bool
) -> Posts:
    """The posts that this bridge names in what it opens. Raises WrongKey, BadConfiguration, NodeUnavailable.

    `sure`: the attester's key must hold its post. Readers go without: they take the only post in question where the chain
    does not say whose key is whose.
    """
    candidates = named(config, deployment)
    arbiter = arbiter_of(config, deployment)
    try:
        return Posts(_held_by_any(gateway, candidates, attester, deployment), arbiter)
    except (WrongKey, BadConfiguration, NodeIncomplete, NodeUnavailable):
        if sure:
            raise
    only = [post.id for post in candidates.values()]
    return Posts(only[0] if len(only) == 1 else 0, arbiter)


def _held_by_any(
    gateway: Gateway, candidates: Mapping[str, NamedPost], attester: str, deployment: Deployment
) -> int:
    """As `held`, by the first of the nodes that says that the key holds a post, which is asked from then on.

    A node alone can neither take a post from a key nor give it one: what the key signs is refused by the chain.
    """
    try:
        return held(gateway, candidates, attester, deployment)
    except WrongKey as error:
        wrong = error
    for _ in gateway.client.urls[1:]:
        gateway.client.rotate()
        with suppress(WrongKey, NodeIncomplete, NodeUnavailable):
            return held(gateway, candidates, attester, deployment)
    raise wrong


def check_held(gateway: Gateway, post: int, attester: str) -> None:
    """Raises WrongKey when somebody else holds the attester's post now, NodeIncomplete when another node says otherwise."""
    (answer,) = gateway.views([holder_of(post)])
    holder = str(answer[0]).lower()
    if holder != attester:
        for url, (theirs, *_) in gateway.view_elsewhere(*holder_of(post)):
            if str(theirs).lower() == attester:
                raise NodeIncomplete(
                    f"{gateway.client.url} says that the attester's post {post} is held by {_told(holder)}, {url} that "
                    f"{attester} holds it still: one of them lies or is behind"
                )
        raise WrongKey(
            f"the attester's post {post} is held by {_told(holder)}, no longer by {attester}: its calls wait. Start the "
            "bridge with the new holder's keystore (docs/deployments.md)"
        )


def _told(holder: str) -> str:
    return "nobody" if holder == VACANT else holder
