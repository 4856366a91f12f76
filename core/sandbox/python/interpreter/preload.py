# Loaded once, before the interpreter's image is taken, so that importing them costs a script nothing.
import asyncio, base64, binascii, bisect, calendar, collections, contextlib, copy, csv, dataclasses, datetime, decimal  # noqa: E401, F401
import difflib, email.utils, enum, fnmatch, fractions, functools, hashlib, heapq, hmac, html, inspect, io, ipaddress  # noqa: E401, F401
import itertools, json, math, operator, os.path, pprint, random, re, secrets, select, statistics, string, struct  # noqa: E401, F401
import textwrap, time, traceback, types, typing, unicodedata, urllib.parse, uuid, zlib  # noqa: E401, F401
import encodings.idna, encodings.ascii, encodings.latin_1, encodings.utf_16, encodings.utf_8_sig  # noqa: E401, F401
