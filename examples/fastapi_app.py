import os
from urllib.parse import unquote

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request

personas = httpx.AsyncClient(base_url=os.environ["PERSONAS_URL"], timeout=2)
CREDENTIALS = ("authorization", "x-authorization", "x-api-key")


def requires(scope: str):
    async def caller(request: Request) -> str:
        headers = [(name, value) for name, value in request.headers.items() if name in CREDENTIALS]
        try:
            answer = await personas.get("/auth/verify", params={"scope": scope}, headers=headers)
        except httpx.HTTPError:
            raise HTTPException(503)
        if answer.status_code != 200:
            challenge = answer.headers.get("www-authenticate", "")
            raise HTTPException(answer.status_code, headers={"WWW-Authenticate": challenge})
        return unquote(answer.headers["x-user-name"])

    return Depends(caller)


app = FastAPI()


@app.get("/orders")
async def orders(username: str = requires("orders:read")) -> str:
    return f"Orders of {username}"
