@echo off
rem The `drover` command of an installed Drover: the program itself, as Node, with the command's file from its archive.
setlocal
set ELECTRON_RUN_AS_NODE=1
"%~dp0..\..\Drover.exe" "%~dp0..\app.asar\out\main\cli.js" %*
