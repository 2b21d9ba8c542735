"""`python -m lpd` is the command `lpd`."""

from lpd.cli import main

if __name__ == "__main__":
    main()
