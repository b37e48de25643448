"""The invented command's agencies: what their files would say, day by day, and which faults were planted in them.

Pure: a seed, a size and a last day in, bytes out; the same for the same. It knows neither the database nor the time of day. Not for:
loading what it wrote, which goes through the front door like any other file and knows nothing of what was planted.
"""
