"""A drill (演习): validators are killed, frozen and parted under the main job, and nothing is lost or doubled."""
