"""The Streamlit front end of LPD Explorer; it knows lpd, lpd never knows it."""
