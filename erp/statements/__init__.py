"""The win-win value-added statement (共赢增值表): computed when it is read, each figure with the lines it stands on."""
