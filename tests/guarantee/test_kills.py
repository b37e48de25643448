"""`kill -9` of service and database while cases are allocated and lists considered: every acknowledged write is there.

`make soak` does it 200 times.
"""

from pathlib import Path

from tests.guarantee.killing import Ground

KILLS = 5


def test_nothing_acknowledged_is_lost_when_everything_is_killed(tmp_path: Path) -> None:
    with Ground(tmp_path / "home", seed=20061013) as ground:
        killed = [ground.kill_once() for _ in range(KILLS)]
        ground.pause()
        assert ground.faults() == []
        assert len(ground.told.done) > KILLS
        assert ground.considered > 0, "nothing was considered while it was killed"
        assert {"everything", "service"} <= set(killed)
